import Foundation

/// Hands candidates from the walk to the workers. Short, and bounded in the memory that its
/// candidates hold: the walk waits for the workers. Both sides block, on threads of their own.
final class CandidateChannel: @unchecked Sendable {
  // All members below are touched under `condition` only.
  private let condition = NSCondition()
  private var candidates: [Candidate] = []
  private var weight = 0
  private var isClosed = false
  private var isCancelled = false
  private let length: Int
  private let budget: Int

  /// - Parameters:
  ///   - length: candidates that may wait.
  ///   - budget: bytes of memory that waiting candidates and those in work may hold together; one
  ///     that is larger passes alone.
  init(length: Int, budget: Int) {
    self.length = length
    self.budget = budget
  }

  /// Waits for room; false when nobody takes candidates any more.
  func put(_ candidate: Candidate) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while !isCancelled
      && (candidates.count >= length || (weight > 0 && weight + candidate.weight > budget))
    {
      condition.wait()
    }
    guard !isCancelled else { return false }
    candidates.append(candidate)
    weight += candidate.weight
    condition.broadcast()
    return true
  }

  /// The next candidate, waiting for it; `nil` at the end. `finish` must follow.
  func take() -> Candidate? {
    condition.lock()
    defer { condition.unlock() }
    while candidates.isEmpty && !isClosed && !isCancelled { condition.wait() }
    guard !candidates.isEmpty, !isCancelled else { return nil }
    defer { condition.broadcast() }
    return candidates.removeFirst()
  }

  /// A candidate that was taken is done with.
  func finish(_ candidate: Candidate) {
    condition.lock()
    weight -= candidate.weight
    condition.broadcast()
    condition.unlock()
  }

  /// No more will come.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  /// Drops what waits and lets both sides end.
  func cancel() {
    condition.lock()
    isCancelled = true
    candidates = []
    condition.broadcast()
    condition.unlock()
  }
}
