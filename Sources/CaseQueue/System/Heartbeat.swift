import Synchronization

/// When each working loop last went round: what a watchdog looks at.
///
/// A loop that has work and does not go round is wedged. Loops beat at least once a second while
/// they live, and within long work (hashing a large file) too.
public final class Heartbeat: Sendable {
  private let beats = Mutex<[String: Int64]>([:])

  package init() {}

  /// How long ago the slowest loop last went round; `nil` while none is running.
  public var age: Duration? {
    let now = Clock.monotonic()
    return beats.withLock { $0.values.min() }.map { .nanoseconds(max(0, now - $0)) }
  }

  /// The loop that went round longest ago.
  public var slowest: String? {
    beats.withLock { $0.min { $0.value < $1.value }?.key }
  }

  package func beat(_ loop: String) {
    let now = Clock.monotonic()
    beats.withLock { $0[loop] = now }
  }

  /// The loop has ended and is not waited for.
  package func end(_ loop: String) {
    _ = beats.withLock { $0.removeValue(forKey: loop) }
  }
}
