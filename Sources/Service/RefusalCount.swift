import Synchronization

/// Counts refused requests, for one line a minute at most: anybody may connect as often as they
/// like, and the log must not be theirs to fill.
package final class RefusalCount: Sendable {
  private let pause: Duration
  private let state = Mutex((told: ContinuousClock.Instant?.none, untold: 0))

  package init(pause: Duration = .seconds(60)) { self.pause = pause }

  /// Counts one. Gives how many there were since the last line, when it is time for another.
  package func add(at now: ContinuousClock.Instant = .now) -> Int? {
    state.withLock { state in
      state.untold += 1
      if let told = state.told, told.duration(to: now) < pause { return nil }
      defer { state = (now, 0) }
      return state.untold
    }
  }
}
