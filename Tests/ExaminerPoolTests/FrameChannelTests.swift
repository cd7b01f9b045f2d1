import CLinux
import ExaminerPool
import ForensicCore
import Glibc
import Testing

@Suite("Frame channel")
struct FrameChannelTests {
  /// A connected pair, closed at the end of the test.
  final class Pair {
    let left: FrameChannel
    let right: FrameChannel

    init() throws {
      var sockets: [Int32] = [-1, -1]
      try #require(clinux_socket_pair(&sockets) == 0)
      left = FrameChannel(descriptor: sockets[0])
      right = FrameChannel(descriptor: sockets[1])
    }

    deinit {
      close(left.descriptor)
      close(right.descriptor)
    }
  }

  @Test("a message and its descriptor arrive", arguments: [0, 1, 1000, 60_000])
  func arrives(length: Int) throws {
    let pair = try Pair()
    var pipe: [Int32] = [-1, -1]
    try #require(clinux_pipe(&pipe) == 0)
    defer { pipe.forEach { _ = close($0) } }
    let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    try pair.left.send(Frame(kind: .request, payload: payload), passing: pipe[1])
    let (frame, passed) = try pair.right.receive()
    #expect(frame.kind == .request)
    #expect(frame.payload == payload)
    let descriptor = try #require(passed)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(write(descriptor, "x", 1) == 1)
    close(descriptor)
    var byte: UInt8 = 0
    #expect(read(pipe[0], &byte, 1) == 1 && byte == UInt8(ascii: "x"))
  }

  @Test("the end of the stream is told apart from a broken message")
  func ends() throws {
    let pair = try Pair()
    shutdown(pair.left.descriptor, Int32(SHUT_WR))
    #expect(throws: ChannelFailure.closed) { try pair.right.receive() }
    #expect(throws: ChannelFailure.closed) {
      try pair.left.send(Frame(kind: .request, payload: [1]))
    }
  }

  @Test(
    "a header that no honest sender writes is refused before memory is taken",
    arguments: [
      [0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 77, 0, 0, 0],
    ] as [[UInt8]])
  func malformed(header: [UInt8]) throws {
    let pair = try Pair()
    #expect(write(pair.left.descriptor, header, header.count) == header.count)
    #expect(throws: ChannelFailure.malformed) { try pair.right.receive() }
  }

  @Test("waiting can be given up, and the descriptor that came is closed")
  func givesUp() throws {
    let pair = try Pair()
    let before = openDescriptors()
    // Half a header, with a descriptor.
    #expect(clinux_send_descriptor(pair.left.descriptor, [1, 0, 0, 0], 4, 0) == 4)
    var reads = 0
    #expect(throws: ChannelFailure.timedOut) {
      try pair.right.receive { () throws(ChannelFailure) in
        reads += 1
        if reads > 1 { throw .timedOut }
      }
    }
    #expect(openDescriptors() == before)
  }

  /// Below 64: other tests run beside this one, but not with this channel's numbers.
  private func openDescriptors() -> [Int32] {
    (0..<64).filter { fcntl($0, F_GETFD) >= 0 }
  }
}
