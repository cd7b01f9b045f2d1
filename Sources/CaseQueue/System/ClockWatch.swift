/// Notices that somebody set the calendar's clock, by the distance between it and the time since
/// boot, which only steps change: a clock that is merely slowed or hurried takes both along.
package struct ClockWatch {
  /// Smaller steps are of no consequence; they add up until they are.
  private static let least: Int64 = 1_000_000_000

  private var distance: Int64

  package init() { distance = Self.distance() }

  /// How far the clock was set forward (back, where negative) since the last `accept`; `nil` where
  /// it was not.
  package var step: Duration? {
    let moved = Self.distance() - distance
    return abs(moved) < Self.least ? nil : .nanoseconds(moved)
  }

  /// This step has been dealt with.
  package mutating func accept(_ step: Duration) { distance += step.nanoseconds }

  private static func distance() -> Int64 { Clock.nanoseconds() - Clock.sinceBoot() }
}
