import Glibc
import Synchronization

/// Whether somebody wants the program to stop, and by which signal.
final class StopWish: Sendable {
  private let number = Atomic<Int32>(0)

  var isThere: Bool { number.load(ordering: .relaxed) != 0 }

  func make(by signal: Int32) { number.store(signal, ordering: .relaxed) }

  /// Ends the program by the signal, now that all is tidy: a shell tells by that that it was stopped.
  func fulfil() {
    let number = number.load(ordering: .relaxed)
    guard number != 0 else { return }
    signal(number, SIG_DFL)
    // Whoever started it may have had it blocked.
    var only = sigset_t()
    sigemptyset(&only)
    sigaddset(&only, number)
    pthread_sigmask(SIG_UNBLOCK, &only, nil)
    raise(number)
  }
}
