import Synchronization

/// Counts finished work and tells a handler, from any thread.
final class Counter: Sendable {
  private let stage: String
  private let total: Int
  private let handler: ProgressHandler?
  private let done = Mutex(0)

  init(stage: String, total: Int, _ handler: ProgressHandler?) {
    self.stage = stage
    self.total = total
    self.handler = handler
    handler?(Progress(stage: stage, done: 0, total: total))
  }

  func step() {
    done.withLock { done in
      done += 1
      handler?(Progress(stage: stage, done: done, total: total))
    }
  }
}
