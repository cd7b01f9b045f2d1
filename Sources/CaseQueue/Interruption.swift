import ForensicCore

/// What becomes of an exhibit that was before an examiner when the service ended without a clean
/// stop: it is examined again, and the interruptions are counted.
///
/// Why the service ended nobody can tell at the next start: the power may have failed, or somebody
/// may have killed it, and then any exhibit will do; or it was this exhibit, and it would end the
/// service for ever. So an interruption is no attempt: several times as many are allowed, and
/// - the exhibit has the examiners for itself from then on, so that those that only were beside it
///   come to their end at once and do not share its count;
/// - from the second on it waits, longer each time: the rest of the queue gets on meanwhile, the
///   manager does not give the service up, and whoever kills it at random does not hit one exhibit
///   so often, for that takes more than a minute.
package enum Interruption {
  /// With so many an exhibit is quarantined.
  static let most = 8

  /// How long an exhibit waits after so many: not at all after the first, then 1, 2, 4, … 32 s.
  package static func pause(after count: Int) -> Duration {
    count < 2 ? .zero : min(longestPause, .seconds(1 << min(count - 2, 30)))
  }

  static let longestPause = Duration.seconds(32)

  /// What an exhibit that has had one more gets at the start.
  static func update(_ exhibit: Case, at now: Timestamp) -> CaseUpdate {
    let count = exhibit.interruptions + 1
    let pause = count < most ? pause(after: count) : .zero
    var cause = "the service ended during the examination"
    if count > 1 { cause += ", interruption \(count)" }
    if pause > .zero { cause += "; the next one in \(pause.words)" }
    var update = CaseUpdate(
      number: exhibit.number,
      transition: CaseTransition(
        time: now, state: pause > .zero ? .failed : .queued, cause: cause))
    update.interruptions = count
    // Behind all others.
    update.due = now.adding(pause)
    if pause > .zero { update.error = failure(count, transient: true) }
    return update
  }

  static func failure(_ count: Int, transient: Bool = false) -> ExaminationFailure {
    ExaminationFailure(
      code: "service.interrupted",
      message: "The service ended \(count) times while this file was examined, without having been "
        + "stopped.",
      mend: "Look into the log for the reason, and retry once it is gone.", transient: transient)
  }
}
