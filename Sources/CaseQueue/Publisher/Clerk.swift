import ForensicCore
import Glibc
import Synchronization

/// The one who publishes and writes down ends, on a thread of its own, in groups: whatever came
/// in while the last group went to disk goes together, so that many exhibits share the flushes.
///
/// Order within a group: folders written and flushed, renamed, flushed; lines of `reports.jsonl`;
/// one transaction. Killed anywhere in between, the next start finds the folders of exhibits that
/// the journal still has as `examining`, and adopts them.
package final class Clerk: Sendable {
  package struct Outlets: Sendable {
    /// Attempts that are written down, with what each exhibit came to.
    package var onWritten: @Sendable ([(exhibit: Case, state: CaseState)]) -> Void
    package var onFatal: @Sendable (any Error) -> Void

    package init(
      onWritten: @escaping @Sendable ([(exhibit: Case, state: CaseState)]) -> Void,
      onFatal: @escaping @Sendable (any Error) -> Void
    ) {
      self.onWritten = onWritten
      self.onFatal = onFatal
    }
  }

  private let journal: Journal
  private let outboxPath: String
  private let outbox: Folder
  private let incidents: Incidents
  private let heartbeat: Heartbeat
  private let crash: CrashSwitch
  private let outlets: Outlets
  private let tasks = Mailbox<ClerkTask>()
  private let isAbandoned = Mutex(false)
  package let index: IndexWriter

  package init(
    journal: Journal, outboxPath: String, outbox: Folder, index: IndexWriter,
    incidents: Incidents, heartbeat: Heartbeat, crash: CrashSwitch, outlets: Outlets
  ) {
    self.journal = journal
    self.outboxPath = outboxPath
    self.outbox = outbox
    self.index = index
    self.incidents = incidents
    self.heartbeat = heartbeat
    self.crash = crash
    self.outlets = outlets
  }

  package func put(_ task: ClerkTask) { tasks.put([task]) }

  /// Starts the thread. It ends after `finish` or `abandon`.
  package func start(log: ReportsLog) -> NamedThread {
    // The log and the publisher live on the thread alone from here on.
    let log = Handover(log)
    return NamedThread(name: "clerk") { [self] in
      run(log.value, Publisher(outbox: outbox, crash: crash))
    }
  }

  /// Ends the thread once everything handed in is on disk.
  package func finish() { tasks.close() }

  /// Ends the thread even if it cannot write what it has; the next start makes up for it.
  package func abandon() {
    isAbandoned.withLock { $0 = true }
    tasks.close(dropping: true)
  }

  private func run(_ log: ReportsLog, _ publisher: Publisher) {
    defer { heartbeat.end("clerk") }
    do {
      while true {
        heartbeat.beat("clerk")
        let deadline = min(Clock.monotonic() + 1_000_000_000, index.due ?? .max)
        guard let group = tasks.take(limit: 64, until: deadline) else { break }
        try process(group, log, publisher)
        if let due = index.due, Clock.monotonic() >= due { try index.write(log) }
      }
      if index.due != nil { try index.write(log) }
    } catch {
      outlets.onFatal(error)
    }
  }

  private func process(
    _ group: [ClerkTask], _ log: ReportsLog, _ publisher: Publisher
  ) throws {
    var marks = [CaseUpdate]()
    var finished = [Finished]()
    for task in group {
      switch task {
      case .mark(let update): marks.append(update)
      case .finish(let end): finished.append(end)
      }
    }
    if !marks.isEmpty { try insist { try journal.apply(marks, durable: false) } }
    guard !finished.isEmpty else { return }
    let results = try PublicationRound(
      publisher: publisher, journal: journal, incidents: incidents, heartbeat: heartbeat
    ).publish(finished)
    if results.lines.isEmpty {
      try insist { try journal.apply(results.updates) }
    } else {
      let length = try insist { try log.append(results.lines) }
      try insist { try journal.apply(results.updates, logLength: length) }
      log.commit(length)
      index.isDirty = true
    }
    try crash.pass(.journalWritten)
    if results.hasTrouble && outboxWasReplaced { throw QueueError.outboxReplaced(outboxPath) }
    // What is written down, which is another state than was meant where a report could not be.
    let states = Dictionary(
      results.updates.map { ($0.number, $0.transition.state) }, uniquingKeysWith: { $1 })
    outlets.onWritten(
      finished.map { ($0.exhibit, states[$0.exhibit.number] ?? $0.update.transition.state) })
  }

  /// Tries again and again: with a full disk there is nothing else to do, and everything that
  /// was published is adopted should the service be stopped meanwhile.
  @discardableResult
  private func insist<Value>(_ body: () throws -> Value) throws -> Value {
    while true {
      do {
        return try body()
      } catch {
        if error is CrashSwitch.Crashed || Journal.isDamage(error) { throw error }
        if isAbandoned.withLock({ $0 }) { throw error }
        incidents.note("cannot write results down", error)
        heartbeat.beat("clerk")
        usleep(500_000)
      }
    }
  }

  private var outboxWasReplaced: Bool {
    guard let now = try? Folder(path: outboxPath).file.facts(), let then = try? outbox.file.facts()
    else { return true }
    return now.node != then.node
  }
}

/// Carries a value into the thread that will be its only user.
private final class Handover<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

extension QueueError {
  static func outboxReplaced(_ path: String) -> Self {
    Self(
      code: "outbox.replaced",
      message: "the outbox \(path.madeVisible) is gone or another folder has taken its place")
  }
}
