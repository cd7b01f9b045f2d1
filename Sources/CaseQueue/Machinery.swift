import ForensicCore
import Synchronization

/// Carries calls from the threads to the dispatcher, which is made after them.
final class Relay: Sendable {
  private let dispatcher = Mutex<Dispatcher?>(nil)
  private let stopping = Mutex(false)

  func connect(_ dispatcher: Dispatcher) { self.dispatcher.withLock { $0 = dispatcher } }

  var isStopping: Bool { stopping.withLock { $0 } }

  /// Long work on files is given up.
  func stop() { stopping.withLock { $0 = true } }

  func wake() {
    guard let dispatcher = dispatcher.withLock({ $0 }) else { return }
    Task { await dispatcher.wake() }
  }

  func written(_ attempts: [(exhibit: Case, state: CaseState)]) {
    guard let dispatcher = dispatcher.withLock({ $0 }) else { return }
    Task { await dispatcher.written(attempts) }
  }
}

/// Everything that works, while it works.
final class Machinery: Sendable {
  let stateFolder: StateFolder
  let journal: Journal
  let outbox: Folder
  let watcher: InboxWatcher
  let intake: Intake
  let clerk: Clerk
  let dispatcher: Dispatcher
  let threads: WorkThreads
  let relay: Relay
  let bench: Bench
  let notices: [String]
  private let heartbeat: Heartbeat
  private let log: Mutex<ReportsLog?>
  private let running = Mutex<[NamedThread]>([])
  private let ticker = Mutex<Task<Void, Never>?>(nil)
  /// Every thread that uses the journal has ended.
  private let hasEnded = Flag(false)

  init(
    stateFolder: StateFolder, journal: Journal, outbox: Folder, watcher: InboxWatcher,
    intake: Intake, clerk: Clerk, dispatcher: Dispatcher, threads: WorkThreads, relay: Relay,
    bench: Bench, log: sending ReportsLog, heartbeat: Heartbeat, notices: [String]
  ) {
    self.stateFolder = stateFolder
    self.journal = journal
    self.outbox = outbox
    self.watcher = watcher
    self.intake = intake
    self.clerk = clerk
    self.dispatcher = dispatcher
    self.threads = threads
    self.relay = relay
    self.bench = bench
    self.log = Mutex(log)
    self.heartbeat = heartbeat
    self.notices = notices
  }

  /// Starts all threads.
  func launch() {
    guard let log = log.withLock({ $0.take() }) else { return }
    let threads = [clerk.start(log: log), intake.start(), watcher.start()]
    running.withLock { $0 = threads }
    let task = Task { [dispatcher] in
      while !Task.isCancelled {
        let next = await dispatcher.tick()
        let pause = next.map { $0.milliseconds - Timestamp.now.milliseconds + 1 } ?? 1000
        try? await Task.sleep(for: .milliseconds(max(1, min(1000, pause))))
      }
    }
    ticker.withLock { $0 = task }
  }

  /// Ends in good order. The number of exhibits given back.
  func stop(by deadline: Int64) async -> Int {
    watcher.stop()
    intake.stop()
    let reserve = max(0, (deadline - Clock.monotonic()) / 5)
    let givenBack = await dispatcher.stop(by: deadline - min(reserve, 1_000_000_000))
    relay.stop()
    ticker.withLock { $0?.cancel() }
    clerk.finish()
    await join(by: deadline)
    return givenBack
  }

  /// Ends at once; the next start makes up for what was in hand.
  func dismantle(by deadline: Int64) async {
    relay.stop()
    watcher.stop()
    intake.stop()
    clerk.abandon()
    ticker.withLock { $0?.cancel() }
    _ = await dispatcher.stop(by: deadline)
    await join(by: deadline)
    if hasEnded.value { try? journal.pool.close() }
  }

  /// Closes the journal after `stop`. Not under a thread that was left behind: SQLite would end the
  /// process when that one goes on reading.
  func closeJournal() {
    if hasEnded.value { journal.close() }
  }

  /// Waits for the threads. One that hangs in the kernel is left behind when the time is over.
  private func join(by deadline: Int64) async {
    threads.close()
    let running = running.withLock { $0 }
    let done = hasEnded
    let waiter = NamedThread(name: "joiner") { [threads] in
      for thread in running { thread.join() }
      threads.join()
      done.set(true)
    }
    let limit = max(deadline, Clock.monotonic()) + 500_000_000
    while !done.value && Clock.monotonic() < limit {
      try? await Task.sleep(for: .milliseconds(2))
    }
    if done.value { waiter.join() } else { clerk.abandon() }
    heartbeat.end("dispatcher")
  }
}

/// A flag that a closure may carry.
private final class Flag: Sendable {
  private let flag: Mutex<Bool>
  init(_ value: Bool) { flag = Mutex(value) }
  var value: Bool { flag.withLock { $0 } }
  func set(_ value: Bool) { flag.withLock { $0 = value } }
}
