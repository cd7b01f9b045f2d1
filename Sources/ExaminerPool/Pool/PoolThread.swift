import Glibc

/// A detached thread that blocks as long as it likes without holding up Swift's cooperative pool.
enum PoolThread {
  /// Runs `body` on a new thread with every signal blocked, so that the service's own handling of
  /// signals never sees them here. Returns an errno value, 0 when the thread runs.
  static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    if result != 0 { box.release() }
    return result
  }
}
