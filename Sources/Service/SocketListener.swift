import Foundation
import Glibc
import Synchronization

/// A socket that was bound, from then until it is taken away again.
final class SocketListener: Sendable {
  private enum Phase { case bound, running, stopped }

  let path: String
  private let descriptor: Int32
  private let phase = Mutex(Phase.bound)

  /// Binds it; a leftover of a dead service is replaced, a living one's never.
  init(path: String, mode: mode_t) throws(SystemError) {
    self.path = path
    descriptor = try UnixSocket.listener(at: path, mode: mode)
  }

  /// Hands over every peer that comes, on a thread of its own, which closes it.
  func start(name: String, _ serve: @escaping @Sendable (Int32) -> Void) {
    let isNew = phase.withLock { phase in
      guard phase == .bound else { return false }
      phase = .running
      return true
    }
    guard isNew else { return }
    let thread = Thread { [descriptor] in UnixSocket.accept(descriptor, serve) }
    thread.name = name
    thread.stackSize = 256 << 10
    thread.start()
  }

  /// Takes the socket away. Once: later another service's may lie there.
  func stop() {
    let before = phase.withLock { phase in
      defer { phase = .stopped }
      return phase
    }
    switch before {
    case .bound:
      unlink(path)
      close(descriptor)
    case .running:
      unlink(path)
      // Wakes the thread, which closes it.
      shutdown(descriptor, Int32(SHUT_RDWR))
    case .stopped: break
    }
  }
}
