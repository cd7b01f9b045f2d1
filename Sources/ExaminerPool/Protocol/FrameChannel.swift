import CLinux
import Glibc

/// Why a message could not be sent or received.
package enum ChannelFailure: Error, Hashable, Sendable {
  /// The other end has closed the socket, most often by dying.
  case closed
  /// Nothing came in time.
  case timedOut
  /// The bytes are not a message.
  case malformed
  /// The kernel said no: an errno value.
  case system(Int32)
}

/// Whole messages over one end of a stream socket. Blocking: belongs on a thread of its own.
package struct FrameChannel: Sendable {
  /// The socket; whoever made the channel closes it.
  package let descriptor: Int32

  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// Sends a message, `passed` attached to its first byte.
  package func send(_ frame: Frame, passing passed: Int32 = -1) throws(ChannelFailure) {
    let bytes = frame.header + frame.payload
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        clinux_send_descriptor(
          descriptor, all.baseAddress.map { $0 + sent }, all.count - sent,
          sent == 0 ? passed : -1)
      }
      guard count >= 0 else { throw Self.failure(Int32(-count)) }
      sent += count
    }
  }

  /// Receives a message and the descriptor that came with it, which the caller closes.
  ///
  /// - Parameter wait: called before every read; throws to give up.
  package func receive(
    wait: () throws(ChannelFailure) -> Void = { () throws(ChannelFailure) in }
  ) throws(ChannelFailure) -> (frame: Frame, passed: Int32?) {
    var passed: Int32?
    do throws(ChannelFailure) {
      let header = try read(Frame.headerLength, passed: &passed, wait: wait)
      guard let (kind, length) = Frame.parse(header: header) else {
        throw ChannelFailure.malformed
      }
      let payload = try read(length, passed: &passed, wait: wait)
      return (Frame(kind: kind, payload: payload), passed)
    } catch {
      if let passed { close(passed) }
      throw error
    }
  }

  private func read(
    _ length: Int, passed: inout Int32?, wait: () throws(ChannelFailure) -> Void
  ) throws(ChannelFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    var filled = 0
    while filled < length {
      try wait()
      var descriptor: Int32 = -1
      let count = bytes.withUnsafeMutableBytes { all in
        clinux_receive_descriptor(
          self.descriptor, all.baseAddress.map { $0 + filled }, length - filled, &descriptor)
      }
      if descriptor >= 0 {
        if passed == nil { passed = descriptor } else { close(descriptor) }
      }
      guard count > 0 else {
        throw count == 0 ? ChannelFailure.closed : Self.failure(Int32(-count))
      }
      filled += count
    }
    return bytes
  }

  private static func failure(_ error: Int32) -> ChannelFailure {
    error == EPIPE || error == ECONNRESET ? .closed : .system(error)
  }
}
