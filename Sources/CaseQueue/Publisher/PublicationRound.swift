import ForensicCore
import Glibc

/// One group of ends on its way to the outbox. Lives on the clerk's thread.
struct PublicationRound {
  let publisher: Publisher
  let journal: Journal
  let incidents: Incidents
  let heartbeat: Heartbeat

  struct Results {
    /// What the journal is to note; all exhibits of the group.
    var updates: [CaseUpdate] = []
    /// One for each folder that is visible now.
    var lines: [[UInt8]] = []
    var hasTrouble = false
  }

  /// How long an exhibit waits whose report could not be written (a full disk, say).
  static let pause = Duration.seconds(30)

  func publish(_ group: [Finished]) throws -> Results {
    var results = Results()
    var drafts = [(draft: Publisher.Draft, end: Finished, publication: Finished.Publication)]()
    for end in group {
      guard let publication = end.publication else {
        results.updates.append(end.update)
        continue
      }
      do {
        let draft = try publisher.draft(
          id: end.exhibit.id, place: end.exhibit.place,
          isQuarantined: end.update.transition.state == .quarantined, files: publication.files)
        drafts.append((draft, end, publication))
      } catch {
        try putOff(end, error, &results)
      }
    }
    guard !drafts.isEmpty else { return results }
    heartbeat.beat("clerk")
    do {
      try publisher.flush(drafts.map(\.draft))
    } catch {
      for (_, end, _) in drafts { try putOff(end, error, &results) }
      return results
    }
    var visible = [Publisher.Draft]()
    for (draft, end, publication) in drafts {
      do {
        let final = try appear(draft, end)
        visible.append(final)
        if !final.isQuarantined {
          // It was in quarantine once and was tried again.
          try Publisher.withdraw(end.exhibit.place, from: publisher.outbox)
        }
        let folder = Publisher.path(final.place, isQuarantined: final.isQuarantined)
        let line =
          try (try? publication.line(publication.report, folder))
          ?? ReportFormats.line(publication.report, folder: folder)
        var update = end.update
        update.place = final.place
        results.updates.append(update)
        results.lines.append(line)
      } catch {
        try putOff(end, error, &results)
      }
    }
    do {
      try publisher.flushMonths(of: visible)
    } catch let error as QueueError {
      // Visible, and perhaps not on disk yet: nothing better can be done than to say so.
      incidents.note("cannot flush the outbox", error)
    }
    return results
  }

  /// Renames into place, under another number where a stranger's folder has the name.
  private func appear(_ draft: Publisher.Draft, _ end: Finished) throws -> Publisher.Draft {
    var draft = draft
    var suffix = 2
    while try publisher.publish(draft) == .takenByAnother {
      draft.place = try journal.freePlace(end.exhibit.place, from: suffix)
      suffix += 1
    }
    return draft
  }

  /// The report is not out: the exhibit waits, without an attempt being counted. It may wait for days,
  /// and its way is in its report.
  private func putOff(_ end: Finished, _ error: any Error, _ results: inout Results) throws {
    if error is CrashSwitch.Crashed { throw error }
    incidents.note("cannot publish a report", error, exhibit: end.exhibit.id)
    publisher.discard(id: end.exhibit.id)
    publisher.forget()
    results.hasTrouble = true
    let now = Timestamp.now
    var update = CaseUpdate(
      number: end.exhibit.number,
      transition: CaseTransition(
        time: now, state: .failed, cause: "the report could not be written: \(error)"))
    update.due = now.adding(Self.pause)
    update.error = ExaminationFailure(
      code: "outbox.unwritable", message: "The report could not be written: \(error)",
      mend: "See to the outbox's space and permissions.", transient: true)
    update.forgetsIdentity = end.update.forgetsIdentity
    update.recurs = true
    results.updates.append(update)
  }
}
