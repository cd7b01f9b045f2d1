import CaseQueue

/// A counting semaphore whose deadlines are on the monotonic clock: `DispatchSemaphore` waits by the
/// calendar's clock on Linux, which can be set while somebody waits.
final class Semaphore: @unchecked Sendable {
  // Sound: `value` is only touched inside of the monitor.
  private let monitor = Monitor()
  private var value: Int

  init(_ value: Int) { self.value = value }

  func signal() {
    monitor.locked { value += 1 }
    monitor.wakeAll()
  }

  /// Whether it was signalled before the deadline, in nanoseconds of `Clock.monotonic()`; `nil` waits
  /// for as long as it takes.
  func wait(until deadline: Int64?) -> Bool {
    monitor.locked {
      while value == 0 {
        if let deadline, Clock.monotonic() >= deadline { return false }
        monitor.wait(until: deadline)
      }
      value -= 1
      return true
    }
  }
}
