import CLinux
import Glibc
import Synchronization

/// Threads for work that blocks on files, so that the cooperative pool never does.
package final class WorkThreads: Sendable {
  package typealias Job = @Sendable () -> Void
  private let jobs = Mailbox<Job>()
  private let threads: [NamedThread]

  package init(name: String, count: Int) {
    let jobs = jobs
    threads = (0..<max(1, count)).map { index in
      NamedThread(name: "\(name)-\(index)") {
        while let batch = jobs.take(limit: 1, until: nil) {
          for job in batch { job() }
        }
      }
    }
  }

  /// Runs `body` on one of the threads and waits for it without blocking. `nil` once closed.
  package func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
    await withCheckedContinuation { continuation in
      let taken = jobs.put([{ continuation.resume(returning: body()) }])
      if taken != .done { continuation.resume(returning: nil) }
    }
  }

  /// Ends the threads once what was handed in is done. Does not wait for them.
  package func close() { jobs.close() }

  /// Waits for the threads, after `close`. To be called once at most.
  func join() { for thread in threads { thread.join() } }
}

/// One POSIX thread with a name that `top -H` shows.
package final class NamedThread: Sendable {
  private let handle: pthread_t
  private let isJoined = Mutex(false)

  package init(name: String, _ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Body(name: name, run: body))
    var handle = pthread_t()
    let failure = pthread_create(
      &handle, nil,
      { context in
        guard let context else { return nil }
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        fcl_name_thread(String(body.name.prefix(15)))
        body.run()
        return nil
      }, box.toOpaque())
    if failure != 0 { box.release() }
    self.handle = failure == 0 ? handle : 0
  }

  /// Waits for the end of the thread. To be called once at most.
  package func join() {
    guard handle != 0 else { return }
    isJoined.withLock { $0 = true }
    pthread_join(handle, nil)
  }

  /// A thread that nobody waits for gives its stack back by itself.
  deinit {
    if handle != 0, !isJoined.withLock({ $0 }) { pthread_detach(handle) }
  }

  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }
}
