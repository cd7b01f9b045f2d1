import ForensicCore

/// What keeps an exhibit from being examined before anything is done with it: its own size, and the
/// room that is left for it.
extension Bench {
  /// Why an exhibit is too large, or was when it came; `nil` where it is not.
  func tooLarge(_ exhibit: Case) -> ExaminationFailure? {
    let isTooLarge = exhibit.size > settings.maximumFileSize
    guard exhibit.sha256 != nil else {
      return ExaminationFailure(
        code: "limit.size",
        message: "The file has \(exhibit.size) bytes, which was more than the limit when it came"
          + (isTooLarge ? " (now \(settings.maximumFileSize))" : "")
          + ". No byte of it was read, so its SHA-256 is not known; it lies in its inbox as it came.",
        mend:
          "Raise queue.maximum_file_size and restart the service: it then takes the file in, as "
          + "an exhibit of its own.")
    }
    guard isTooLarge else { return nil }
    return ExaminationFailure(
      code: "limit.size",
      message: "The file has \(exhibit.size) bytes; the limit is \(settings.maximumFileSize).",
      mend: "Raise the limit in the configuration and retry.")
  }

  /// The original does not fit into the evidence store now.
  func noRoom(_ error: QueueError, _ exhibit: Case) -> ExaminationFailure {
    // Once an exhibit, and once a run: somebody has to be told, and the log not to be filled.
    if !hadNoRoom(exhibit) || incidents.latest == nil {
      incidents.note("cannot store an original yet", error, exhibit: exhibit.id)
    }
    return ExaminationFailure(
      code: DiskRoom.code, message: "The original could not be stored: \(error).",
      mend: "Make room for the evidence store; it goes on by itself.", transient: true)
  }

  /// Without room an exhibit waits, and no attempt is counted: that it is quarantined after three of
  /// them would help nobody. That is told once, and not every time that it is looked for room: that
  /// may take days, and the way of each exhibit is in its report.
  func waiting(_ exhibit: Case, _ failure: ExaminationFailure) -> Finished {
    let now = Timestamp.now
    let pause = max(
      .seconds(1), min(PublicationRound.pause, settings.retryDelays.last ?? PublicationRound.pause))
    var update = CaseUpdate(
      number: exhibit.number,
      transition: CaseTransition(time: now, state: .failed, cause: failure.message))
    update.due = now.adding(pause)
    update.error = failure
    update.isRepeated = hadNoRoom(exhibit)
    return Finished(exhibit: exhibit, update: update, publication: nil)
  }

  private func hadNoRoom(_ exhibit: Case) -> Bool {
    exhibit.state == .failed && exhibit.error?.code == DiskRoom.code
  }
}
