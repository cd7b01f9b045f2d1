import Synchronization

/// Counts what was finished in each of the last sixty seconds.
final class RateMeter: Sendable {
  private let counts = Mutex<[(second: Int64, count: Int)]>([])

  func add(_ count: Int) {
    let second = Clock.monotonic() / 1_000_000_000
    counts.withLock { counts in
      if counts.last?.second == second {
        counts[counts.count - 1].count += count
      } else {
        counts.append((second, count))
      }
      counts.removeAll { $0.second <= second - 60 }
    }
  }

  /// A second, over the last minute or over `uptime` where that is shorter.
  func rate(uptime: Double) -> Double {
    let second = Clock.monotonic() / 1_000_000_000
    let total = counts.withLock { counts in
      counts.filter { $0.second > second - 60 }.reduce(0) { $0 + $1.count }
    }
    return Double(total) / max(1, min(60, uptime))
  }
}
