import ForensicCore
import Glibc

/// Brings journal, outbox and evidence store to agree at start, whatever instant the last run was
/// killed at.
struct Reconciler {
  let journal: Journal
  let outbox: Folder
  let evidence: EvidenceStore
  let crash: CrashSwitch
  let services: QueueServices
  /// The longest time that an exhibit waits for its next attempt.
  let longestPause: Duration

  struct Outcome {
    var log: ReportsLog
    var notices: [String]
  }

  func run() throws -> Outcome {
    var notices = [String]()
    // What is younger than the journal's last entry may be unknown to it: its last entries can be
    // lost with its write-ahead log. All of it, where the journal is new. A second earlier, because
    // file times come from a clock that is a few milliseconds late.
    let touched = (try journal.lastTouched()?.milliseconds ?? 0) - 1000
    try removeDrafts()
    let log = try ReportsLog(outbox: outbox, journaled: try journal.logLength(), crash: crash)
    let strangers = try adoptStrangers(log, since: touched)
    if strangers > 0 { notices.append("\(strangers) reports were taken over from the outbox") }
    let orphans = try requeueOrphans(since: touched)
    if orphans > 0 { notices.append("\(orphans) archived originals without a report are queued") }
    // Last: it makes the journal younger than what the steps before look for, and a start may be
    // killed too.
    let (adopted, requeued) = try settleInterrupted(log)
    try crash.pass(.interruptedSettled)
    if adopted > 0 { notices.append("\(adopted) reports of the last run were found published") }
    if requeued > 0 { notices.append("\(requeued) exhibits of the last run are examined again") }
    try journal.clockWasSet(by: .zero, longest: longestPause, now: Timestamp.now)
    return Outcome(log: log, notices: notices)
  }

  private func removeDrafts() throws {
    for name in try outbox.names() where name.starts(with: ".tmp-".utf8) {
      try outbox.removeTree(name)
    }
    try evidence.removeDrafts()
  }

  /// Exhibits that were before an examiner: their report is there, or they are queued again.
  private func settleInterrupted(_ log: ReportsLog) throws -> (adopted: Int, requeued: Int) {
    var updates = [CaseUpdate]()
    var lines = [[UInt8]]()
    var again = [Case]()
    let now = Timestamp.now
    for exhibit in try journal.interrupted() {
      if let (update, line) = published(exhibit, now) {
        updates.append(update)
        lines.append(line)
      } else {
        again.append(exhibit)
      }
    }
    try journal.requeue(interrupted: again, at: now)
    if !updates.isEmpty {
      let length = try log.append(lines)
      try journal.apply(updates, logLength: length)
      log.commit(length)
    } else if try journal.logLength() != log.length {
      try journal.apply([], logLength: log.length)
    }
    return (updates.count, again.count)
  }

  /// The end of an exhibit whose folder is in the outbox though the journal does not say so.
  private func published(_ exhibit: Case, _ now: Timestamp) -> (CaseUpdate, [UInt8])? {
    for isQuarantined in [false, true] {
      let path = Publisher.path(exhibit.place, isQuarantined: isQuarantined)
      guard let folder = try? Folder(below: outbox, Array(path.utf8)),
        let found = PublishedFolder(folder), found.exhibit.id == exhibit.id,
        let line = line(folder, path)
      else { continue }
      if !isQuarantined { try? Publisher.withdraw(exhibit.place, from: outbox) }
      var update = CaseUpdate(
        number: exhibit.number,
        transition: CaseTransition(
          time: found.custody.last?.time ?? now, state: isQuarantined ? .quarantined : .reported,
          cause: "its report was found published at the start of the service"))
      update.attempts = exhibit.attempts + 1
      update.fingerprint = found.provenance.fingerprint
      update.leaning = found.leaning
      update.probabilityGenerated = found.probabilityGenerated
      update.error = found.error
      update.sameBytesAs = found.exhibit.sameBytesAs
      return (update, line)
    }
    return nil
  }

  private func line(_ folder: Folder, _ path: String) -> [UInt8]? {
    guard let bytes = PublishedFolder.bytes(of: folder),
      let report = try? services.readReport(bytes)
    else { return nil }
    return (try? services.renderLine(report, path))
      ?? (try? ReportFormats.line(report, folder: path))
  }

  /// Reports in the outbox that the journal has no row for, in months that changed after
  /// `touched`; with their lines, where the log has been cut back with the journal.
  private func adoptStrangers(_ log: ReportsLog, since touched: Int64) throws -> Int {
    var count = 0
    var logged: Set<[UInt8]>?
    func adopt(_ found: [Journal.Found]) throws {
      guard !found.isEmpty else { return }
      let known = try logged ?? log.folders()
      logged = known
      let lines = found.compactMap { report -> [UInt8]? in
        let path = Publisher.path(report.place, isQuarantined: report.isQuarantined)
        guard !known.contains(Array(path.utf8)),
          let folder = try? Folder(below: outbox, Array(path.utf8))
        else { return nil }
        return line(folder, path)
      }
      let length = lines.isEmpty ? log.length : try log.append(lines)
      count += try journal.adopt(found, logLength: length)
      log.commit(length)
    }
    for isQuarantined in [false, true] {
      for month in months(isQuarantined) {
        let path = Array(Publisher.path(month, isQuarantined: isQuarantined).utf8)
        guard let folder = try? Folder(below: outbox, path) else { continue }
        let changed = (try? folder.file.facts().modified) ?? .max
        guard changed / 1_000_000 > touched else { continue }
        var found = [Journal.Found]()
        for name in try folder.names() {
          let place = month + "/" + String(decoding: name, as: UTF8.self)
          guard try journal.find(place: place) == nil,
            let inner = try? Folder(below: folder, name), let report = PublishedFolder(inner),
            let id = report.exhibit.id, try journal.find(id: id) == nil
          else { continue }
          found.append(
            Journal.Found(place: place, isQuarantined: isQuarantined, folder: report))
          if found.count == 256 {
            try adopt(found)
            found.removeAll()
          }
        }
        try adopt(found)
      }
    }
    return count
  }

  /// `2026/11` and the like, as far as they are there.
  private func months(_ isQuarantined: Bool) -> [String] {
    let base = isQuarantined ? Array(Publisher.quarantine.utf8) : []
    guard let root = try? Folder(below: outbox, base) else { return [] }
    func numbers(_ folder: Folder, _ digits: Int) -> [String] {
      ((try? folder.names()) ?? []).map { String(decoding: $0, as: UTF8.self) }
        .filter { $0.utf8.count == digits && Int($0) != nil }.sorted()
    }
    return numbers(root, 4).flatMap { year in
      guard let folder = try? Folder(below: root, Array(year.utf8)) else { return [String]() }
      return numbers(folder, 2).map { "\(year)/\($0)" }
    }
  }

  /// With the journal or its end lost, archived originals that have no report would be lost too:
  /// they are queued under their digest, which is all that is left of their names.
  private func requeueOrphans(since touched: Int64) throws -> Int {
    var count = 0
    var orphans = [NewCase]()
    let inbox = try journal.inbox(name: "evidence", path: "")
    let now = Timestamp.now
    for digest in evidence.digests(changedSince: touched) where try !journal.knows(digest) {
      guard let facts = try? evidence.open(digest)?.facts() else { continue }
      orphans.append(
        NewCase(
          inbox: inbox, folder: [], name: FileName(digest.hex), sha256: digest,
          identity: facts.identity, disposition: .archive, sidecar: sidecar(of: digest),
          transitions: [
            CaseTransition(
              time: now, state: .queued,
              cause: "found in the evidence store without a report after the journal was lost")
          ]))
      // A store may hold millions.
      guard orphans.count == 256 else { continue }
      count += try journal.receive(orphans).count
      orphans.removeAll()
    }
    return try count + journal.receive(orphans).count
  }

  /// An orphan's sidecar, where there is one; of several nobody knows which was meant.
  private func sidecar(of picture: SHA256Digest) -> Sidecar? {
    let digests = evidence.sidecars(of: picture)
    guard digests.count == 1, let digest = digests.first,
      let file = evidence.open(sidecar: digest, of: picture)
    else { return nil }
    return try? SidecarFile.read(file, Sidecar.name(of: FileName(picture.hex)))
  }
}
