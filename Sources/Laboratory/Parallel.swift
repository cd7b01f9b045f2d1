import Dispatch
import Glibc
import Synchronization

/// Work spread over threads whose results do not depend on how many there are.
enum Parallel {
  private struct State<Result: Sendable> {
    var next = 0
    var results: [Result?]
    var failure: (index: Int, error: LaboratoryError)?
  }

  /// `body` for each of 0 ..< `count`, in any order, on up to `threads` threads (0: one per
  /// core); the results in order. After an error no new work is begun, and the error of the
  /// lowest index that failed is thrown.
  static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws(LaboratoryError) -> Result
  ) throws(LaboratoryError) -> [Result] {
    guard count > 0 else { return [] }
    let state = Mutex(State<Result>(results: [Result?](repeating: nil, count: count)))
    let workers = min(count, threads > 0 ? threads : cores)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let taken: Int? = state.withLock { state in
          guard state.failure == nil, state.next < count else { return nil }
          state.next += 1
          return state.next - 1
        }
        guard let index = taken else { return }
        do throws(LaboratoryError) {
          let result = try body(index)
          state.withLock { $0.results[index] = result }
        } catch {
          state.withLock { state in
            if index < state.failure?.index ?? .max { state.failure = (index, error) }
          }
        }
      }
    }
    let outcome = state.withLock { state -> Swift.Result<[Result], LaboratoryError> in
      if let failure = state.failure { return .failure(failure.error) }
      return .success(state.results.compactMap { $0 })
    }
    return try outcome.get()
  }

  /// The processors that are there to be used.
  static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
