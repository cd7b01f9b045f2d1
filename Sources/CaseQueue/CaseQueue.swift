import ForensicCore
import Logging

/// The whole way of an exhibit from an inbox to the outbox: watcher, intake, journal, dispatcher
/// and clerk, started, stopped and asked as one.
///
///     let queue = try CaseQueue(configuration: configuration, services: services)
///     try await queue.start()   // reconciled with what the last run left; watching
///     try await queue.run()     // until `stop`, or an error that only a restart mends
public actor CaseQueue {
  /// When the working loops last went round: for a watchdog, from any thread.
  public nonisolated let heartbeat = Heartbeat()

  enum State {
    case idle
    case starting
    case running(Machinery)
    case stopping
    case stopped
  }

  var state = State.idle
  var configuration: QueueConfiguration
  var services: QueueServices
  let log: Logger
  let crash: CrashSwitch
  let room: DiskRoom
  let incidents: Incidents
  var failure: (any Error)?
  /// Locked, and not yet handed to the machinery.
  private var stateFolder: StateFolder?
  private var waiters: [CheckedContinuation<Void, any Error>] = []
  private var stopWaiters: [CheckedContinuation<Void, Never>] = []
  var started = Timestamp.now
  var startedMonotonic = Clock.monotonic()
  var notices: [String] = []
  var lastCounts: [CaseState: Int] = [:]
  let rate = RateMeter()

  /// - Throws: code `configuration`, with every problem of the configuration.
  public init(
    configuration: QueueConfiguration, services: QueueServices,
    log: Logger = Logger(label: "forensicd.queue")
  ) throws(QueueError) {
    try self.init(
      configuration: configuration, services: services, log: log, crash: CrashSwitch())
  }

  package init(
    configuration: QueueConfiguration, services: QueueServices,
    log: Logger = Logger(label: "forensicd.queue"), crash: CrashSwitch,
    room: DiskRoom = DiskRoom()
  ) throws(QueueError) {
    let problems = configuration.problems()
    guard problems.isEmpty else { throw .configuration(problems) }
    self.configuration = configuration
    self.services = services
    self.log = log
    self.crash = crash
    self.room = room
    incidents = Incidents(log: log)
  }

  /// Locks the state folder, which `start` does otherwise. For whoever has more to take than the
  /// folder, and must not touch it while another service is using it.
  ///
  /// - Throws: `state.locked` when another service uses the folder; `system` when it cannot be made.
  public func lock() async throws {
    guard case .idle = state, stateFolder == nil else { return }
    let threads = WorkThreads(name: "lock", count: 1)
    defer { threads.close() }
    let path = configuration.state
    let result = await threads.run { Result { try StateFolder(path: path) } }
    // Not where it was started or stopped meanwhile: nobody would give the lock back.
    guard case .idle = state else { return }
    stateFolder = try result?.get()
  }

  /// Locks the state folder, reconciles it with inboxes and outbox, and starts to work. Once.
  ///
  /// - Throws: `state.locked` when another service uses the folder; `system` when a folder cannot
  ///   be made or written.
  public func start() async throws {
    guard case .idle = state else { return }
    state = .starting
    let locked = stateFolder
    stateFolder = nil
    let threads = WorkThreads(name: "start", count: 1)
    defer { threads.close() }
    do {
      let assembly = Assembly(
        configuration: configuration, services: services, heartbeat: heartbeat,
        incidents: incidents, crash: crash, room: room,
        onFinished: { [rate] count in rate.add(count) },
        onFatal: { [weak self] error in Task { await self?.fail(error) } })
      let result = await threads.run {
        Result { try assembly.build(in: locked ?? StateFolder(path: assembly.configuration.state)) }
      }
      guard let machinery = try result?.get() else { throw QueueError.stopped }
      notices = machinery.notices
      for notice in notices { log.notice("\(notice)") }
      // Stopped while it was starting.
      guard case .starting = state else {
        await machinery.dismantle(by: Clock.monotonic())
        return
      }
      state = .running(machinery)
      started = Timestamp.now
      startedMonotonic = Clock.monotonic()
      machinery.launch()
    } catch {
      state = .stopped
      throw error
    }
  }

  /// Works until `stop`; starts first where nobody did.
  ///
  /// - Throws: what `start` throws, and any error that ends the work: a journal found damaged, an
  ///   outbox replaced. Starting again mends the first, a person the second.
  public func run() async throws {
    try await start()
    if let failure { throw failure }
    guard case .running = state else { return }
    try await withCheckedThrowingContinuation { waiters.append($0) }
  }

  /// Finishes what is in flight, or gives it back to the queue when the time is over. Everything
  /// that was finished is on disk afterwards.
  public func stop(within time: Duration = .seconds(10)) async {
    switch state {
    case .running(let machinery):
      state = .stopping
      let deadline = Clock.monotonic() + time.nanoseconds
      let givenBack = await machinery.stop(by: deadline)
      if givenBack > 0 { log.notice("\(givenBack) exhibits were given back to the queue") }
      lastCounts = (try? machinery.journal.counts()) ?? lastCounts
      machinery.closeJournal()
      end()
    case .stopping:
      await withCheckedContinuation { stopWaiters.append($0) }
    case .idle, .starting, .stopped:
      state = .stopped
      stateFolder = nil
      end()
    }
  }

  private func end() {
    state = .stopped
    for waiter in waiters {
      if let failure { waiter.resume(throwing: failure) } else { waiter.resume() }
    }
    waiters.removeAll()
    for waiter in stopWaiters { waiter.resume() }
    stopWaiters.removeAll()
  }

  /// Something happened that only a restart mends.
  private func fail(_ error: any Error) async {
    guard failure == nil, case .running(let machinery) = state else { return }
    failure = error
    state = .stopping
    if !(error is CrashSwitch.Crashed) {
      log.critical("the queue cannot go on: \(error)")
      if Journal.isDamage(error) { machinery.stateFolder.suspectJournal() }
    }
    await machinery.dismantle(by: Clock.monotonic())
    end()
  }
}

extension QueueError {
  static let stopped = Self(code: "stopped", message: "the queue is not running")
}
