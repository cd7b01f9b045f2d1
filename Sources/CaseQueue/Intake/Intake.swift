import ForensicCore
import Glibc
import Synchronization

/// Takes files in, on a thread of its own: hash, write down, bring the original where it belongs.
///
/// Order matters: the exhibit is on disk in the journal before its original is moved, so whatever
/// instant the power goes, the file is in its inbox, or known, or both.
package final class Intake: Sendable {
  private let journal: Journal
  private let custodian: Custodian
  private let incidents: Incidents
  private let heartbeat: Heartbeat
  private let crash: CrashSwitch
  private let maximumFileSize: Int
  /// Called with how many exhibits were queued.
  private let onQueued: @Sendable (Int) -> Void
  /// Called when the work cannot go on.
  private let onFatal: @Sendable (any Error) -> Void
  private let events = Mailbox<FileEvent>(capacity: 4096)
  private let stopping = Mutex(false)
  private let unreadable = Mutex(UnreadableFiles())

  package init(
    journal: Journal, custodian: Custodian, incidents: Incidents, heartbeat: Heartbeat,
    crash: CrashSwitch, maximumFileSize: Int, onQueued: @escaping @Sendable (Int) -> Void,
    onFatal: @escaping @Sendable (any Error) -> Void
  ) {
    self.journal = journal
    self.custodian = custodian
    self.incidents = incidents
    self.heartbeat = heartbeat
    self.crash = crash
    self.maximumFileSize = maximumFileSize
    self.onQueued = onQueued
    self.onFatal = onFatal
  }

  /// Files handed over and not taken in yet.
  package var waiting: Int { events.count }

  /// Hands over files that are ready; `full` when there was no room until `deadline`.
  package func put(_ files: [FileEvent], until deadline: Int64) -> Mailbox<FileEvent>.Putting {
    events.put(files, until: deadline)
  }

  package func start() -> NamedThread { NamedThread(name: "intake") { [self] in run() } }

  /// Ends the thread soon. Files not taken in yet stay where they are, to be found again.
  package func stop() {
    stopping.withLock { $0 = true }
    events.close(dropping: true)
  }

  package var isStopping: Bool { stopping.withLock { $0 } }

  private func run() {
    defer { heartbeat.end("intake") }
    while true {
      heartbeat.beat("intake")
      // Few at a time: the first of a group waits for the last one's hash.
      guard let files = events.take(limit: 32, until: Clock.monotonic() + 1_000_000_000) else {
        return
      }
      do {
        try take(files)
      } catch is CrashSwitch.Crashed {
        return onFatal(CrashSwitch.Crashed())
      } catch {
        if Journal.isDamage(error) { return onFatal(error) }
        // Not written down, so a rescan finds them again; not at once, if the disk is full.
        incidents.note("cannot take files in", error)
        if !isStopping { usleep(500_000) }
      }
    }
  }

  private struct Arrival {
    var new: NewCase
    /// `nil` where it is too large to be read.
    var file: OpenFile?
  }

  /// Takes in what is not known yet.
  package func take(_ files: [FileEvent]) throws {
    var arrivals = [Arrival]()
    var seen = Set<FileEventKey>()
    let hasRebuiltRows = try journal.hasRebuiltRows()
    for file in files {
      heartbeat.beat("intake")
      guard !isStopping else { return }
      guard seen.insert(FileEventKey(file)).inserted,
        try journal.areKnown(
          [file.sighting], inbox: file.inbox, maximumFileSize: maximumFileSize) == [false]
      else { continue }
      guard let arrival = try receive(file) else { continue }
      if hasRebuiltRows, try journal.recognise(arrival.new) { continue }
      arrivals.append(arrival)
    }
    guard !arrivals.isEmpty else { return }
    let cases = try journal.receive(arrivals.map(\.new))
    try crash.pass(.receivedWritten)
    heartbeat.beat("intake")
    do {
      let group = zip(cases, arrivals).compactMap { exhibit, arrival in
        arrival.file.map { (exhibit: exhibit, file: $0) }
      }
      for (exhibit, error) in try custodian.secure(group) {
        incidents.note("cannot store an original yet", error, exhibit: exhibit.id)
      }
    } catch let error as QueueError {
      // It is tried again before the examination.
      incidents.note("cannot store originals yet", error)
    }
    onQueued(cases.count)
  }

  /// Opens and hashes one file, or takes the facts of one that is too large; `nil` where it is gone,
  /// is being written again (its writer's next event, or a rescan, brings it back), or cannot be
  /// read.
  private func receive(_ event: FileEvent) throws -> Arrival? {
    let sighting = event.sighting
    let read: (file: OpenFile, digest: SHA256Digest)?
    let sidecar: Sidecar?
    do throws(QueueError) {
      let folder = try Folder(below: Folder(path: event.inbox.path), sighting.folder)
      let facts = try folder.facts(sighting.name.bytes)
      guard facts.isRegular else { return nil }
      if sighting.identity.size > maximumFileSize {
        // A sparse file of any size costs its sender nothing, and would cost hours here.
        guard facts.identity == sighting.identity else { return nil }
        read = nil
      } else {
        let file = try Custodian.openRegular(folder, sighting.name.bytes)
        guard try file.facts().identity == sighting.identity,
          let hashed = try custodian.hasher.hash(file, length: sighting.identity.size),
          try file.facts().identity == sighting.identity, hashed.size == sighting.identity.size
        else { return nil }
        read = (file, hashed.digest)
      }
      sidecar = try SidecarFile.read(beside: sighting.name.bytes, at: folder.descriptor)
    } catch {
      if error.systemError != ENOENT { tell(of: event, error) }
      return nil
    }
    try crash.pass(.fileHashed)
    let size = sighting.identity.size
    let cause =
      (read == nil
        ? "not read: \(size) bytes are more than the limit of \(maximumFileSize)"
        : "SHA-256 taken, \(size) bytes") + (sidecar == nil ? "" : "; sidecar file read")
    return Arrival(
      new: NewCase(
        inbox: event.inbox, folder: sighting.folder, name: sighting.name,
        sha256: read?.digest, identity: sighting.identity,
        // What was not read stays where it is, whatever becomes of others.
        disposition: read == nil ? .keep : event.disposition, sidecar: sidecar,
        transitions: [
          CaseTransition(time: event.seen, state: .received, cause: event.cause),
          CaseTransition(time: event.settled, state: .settled, cause: event.settledBecause),
          CaseTransition(time: Timestamp.now, state: .queued, cause: cause),
        ]),
      file: read?.file)
  }
}

extension Intake {
  private func tell(of event: FileEvent, _ error: QueueError) {
    let path = event.sighting.folder.appending(component: event.sighting.name.bytes)
    let message =
      "inbox \(event.inbox.name.madeVisible): cannot take in \(FileName(bytes: path).display): "
      + error.message
    let isNew = unreadable.withLock { $0.isToBeTold(message, now: Clock.monotonic()) }
    if isNew { incidents.note(message) }
  }
}

/// What makes two events tell of the same file.
private struct FileEventKey: Hashable {
  var inbox: Int64
  var sighting: Sighting

  init(_ event: FileEvent) {
    inbox = event.inbox.number
    sighting = event.sighting
  }
}
