/// How long a method may take, from when it begins.
public struct TimeAllowance: Hashable, Sendable {
  /// `nil` for as long as it takes.
  public var seconds: Double?

  /// As long as it takes, so that the same picture always gives the same result.
  public static let unlimited = TimeAllowance(seconds: nil)

  /// - Parameter seconds: 0 and more; `nil` for as long as it takes.
  public init(seconds: Double?) { self.seconds = seconds }

  /// When the time is used up, for what begins now; `nil` for never.
  func end() -> ContinuousClock.Instant? {
    // A day is longer than any examination; `Duration` holds no infinity.
    seconds.map { ContinuousClock.now + .seconds(min(max($0, 0), 86_400)) }
  }
}
