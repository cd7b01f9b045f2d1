import Dispatch
import ForensicCore
import Glibc
import Synchronization

/// What the pool and its threads share.
final class PoolState: Sendable {
  /// One exhibit waiting for an examiner.
  struct Job: Sendable {
    var descriptor: Int32
    var request: ExaminationRequest
    var continuation: CheckedContinuation<ExaminationOutcome, Never>
  }

  private enum Phase {
    case running, stopping
  }

  private struct Shared {
    var phase = Phase.running
    var jobs: [Job] = []
    /// First index of `jobs` that has not been taken; the array is trimmed now and then.
    var head = 0
    var workers = 0
    /// Examiners that may be killed: entered after their start, removed before they are reaped,
    /// so that no other process can have come by the number.
    var processes: Set<pid_t> = []
    var greeting: Result<ExaminerGreeting, ExaminationFailure>?
    var greetingWaiters: [CheckedContinuation<Void, Never>] = []
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
    var statistics = PoolStatistics()
  }

  private let shared: Mutex<Shared>
  private let available = DispatchSemaphore(value: 0)

  init(workers: Int) {
    var initial = Shared()
    initial.workers = workers
    shared = Mutex(initial)
  }

  // MARK: Jobs

  /// False when the pool has stopped; the job is then still the caller's to answer.
  func add(_ job: Job) -> Bool {
    let accepted = shared.withLock { shared in
      guard shared.phase == .running else { return false }
      shared.jobs.append(job)
      return true
    }
    if accepted { available.signal() }
    return accepted
  }

  /// The next job, waiting for it; `nil` when the pool stops.
  func next() -> Job? {
    while true {
      available.wait()
      let (job, stopped) = shared.withLock { shared -> (Job?, Bool) in
        guard shared.phase == .running else { return (nil, true) }
        guard shared.head < shared.jobs.count else { return (nil, false) }
        let job = shared.jobs[shared.head]
        shared.head += 1
        if shared.head > 64, shared.head * 2 > shared.jobs.count {
          shared.jobs.removeFirst(shared.head)
          shared.head = 0
        }
        return (job, false)
      }
      if stopped {
        // The next worker waits at the same gate.
        available.signal()
        return nil
      }
      if let job { return job }
    }
  }

  // MARK: Stopping

  var isStopping: Bool { shared.withLock { $0.phase == .stopping } }

  /// Takes no more jobs and gives back those that wait.
  func stop() -> [Job] {
    let waiting = shared.withLock { shared -> [Job] in
      guard shared.phase == .running else { return [] }
      shared.phase = .stopping
      let waiting = Array(shared.jobs[shared.head...])
      shared.jobs = []
      shared.head = 0
      return waiting
    }
    available.signal()
    return waiting
  }

  func workerEnded() {
    let (stopped, greeted) = shared.withLock { shared in
      shared.workers -= 1
      guard shared.workers <= 0 else {
        return ([CheckedContinuation<Void, Never>](), [CheckedContinuation<Void, Never>]())
      }
      defer {
        shared.stopWaiters = []
        shared.greetingWaiters = []
      }
      return (shared.stopWaiters, shared.greetingWaiters)
    }
    for waiter in stopped + greeted { waiter.resume() }
  }

  func waitUntilStopped() async {
    await withCheckedContinuation { continuation in
      let now = shared.withLock { shared in
        if shared.workers > 0 { shared.stopWaiters.append(continuation) }
        return shared.workers <= 0
      }
      if now { continuation.resume() }
    }
  }

  // MARK: Processes

  func processStarted(_ pid: pid_t) { _ = shared.withLock { $0.processes.insert(pid) } }

  /// Called before the process is reaped.
  func processEnds(_ pid: pid_t) { _ = shared.withLock { $0.processes.remove(pid) } }

  func killProcesses() {
    shared.withLock { for pid in $0.processes { kill(pid, SIGKILL) } }
  }

  var processIDs: [pid_t] { shared.withLock { $0.processes.sorted() } }

  // MARK: What is known

  func greeted(_ greeting: Result<ExaminerGreeting, ExaminationFailure>) {
    let waiters = shared.withLock { shared in
      // A later failure to start does not undo what the first examiner said of itself.
      if case .success = shared.greeting, case .failure = greeting {
        return [CheckedContinuation<Void, Never>]()
      }
      shared.greeting = greeting
      defer { shared.greetingWaiters = [] }
      return shared.greetingWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func greeting() async -> Result<ExaminerGreeting, ExaminationFailure> {
    await withCheckedContinuation { continuation in
      let now = shared.withLock { shared in
        let known = shared.greeting != nil || shared.workers <= 0
        if !known { shared.greetingWaiters.append(continuation) }
        return known
      }
      if now { continuation.resume() }
    }
    return shared.withLock { $0.greeting } ?? .failure(.stopped)
  }

  func count(_ change: (inout PoolStatistics) -> Void) {
    shared.withLock { change(&$0.statistics) }
  }

  var statistics: PoolStatistics { shared.withLock { $0.statistics } }
}
