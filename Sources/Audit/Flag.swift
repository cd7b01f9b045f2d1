import Foundation

/// Set once, waited for by several.
final class Flag: @unchecked Sendable {
  // Touched under `condition` only.
  private let condition = NSCondition()
  private var value = false

  func set() {
    condition.lock()
    value = true
    condition.broadcast()
    condition.unlock()
  }

  var isSet: Bool {
    condition.lock()
    defer { condition.unlock() }
    return value
  }

  /// Waits until it is set, or so long; whether it is set.
  func wait(seconds: Double) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    if !value { _ = condition.wait(until: Date(timeIntervalSinceNow: seconds)) }
    return value
  }
}
