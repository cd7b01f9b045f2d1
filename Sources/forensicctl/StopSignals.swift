import Dispatch
import Glibc

/// Turns SIGINT, SIGTERM and SIGHUP into a wish to stop; a second one ends the program at once.
final class StopSignals {
  private let sources: [(number: Int32, source: any DispatchSourceSignal)]

  /// - Parameter stop: is given the signal's number.
  init(_ stop: @escaping @Sendable (Int32) -> Void) {
    sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
      let before = signal(number, SIG_IGN)
      // Started by nohup(1), it is to outlive its terminal.
      if number == SIGHUP && Self.isIgnored(before) { return nil }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        stop(number)
        signal(number, SIG_DFL)
      }
      source.resume()
      return (number, source)
    }
  }

  /// From here on, a signal ends the program.
  func end() {
    for (number, source) in sources {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }

  private static func isIgnored(_ handler: __sighandler_t?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
