import Synchronization

/// The value of an asynchronous call, for threads that belong to a peer and may wait: never one of the
/// cooperative pool's, which the call itself needs.
enum Awaited {
  /// - Parameter deadline: nanoseconds of `Clock.monotonic()`; `nil` to wait for as long as it takes.
  /// - Returns: `nil` where the deadline passed first; the call goes on without anybody waiting for it.
  static func value<Value: Sendable>(
    until deadline: Int64? = nil, _ call: @escaping @Sendable () async -> Value
  ) -> Value? {
    let answer = Answer<Value>()
    Task {
      let value = await call()
      answer.value.withLock { $0 = value }
      answer.isThere.signal()
    }
    guard answer.isThere.wait(until: deadline) else { return nil }
    return answer.value.withLock { $0 }
  }

  private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex(Value?.none)
    let isThere = Semaphore(0)
  }
}
