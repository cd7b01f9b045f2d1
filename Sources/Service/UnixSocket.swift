import CLinux
import Glibc

/// The socket calls that server and client share.
enum UnixSocket {
  /// A stream socket whose `connect` gives up after so many seconds.
  static func make(timeout: Int) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    if descriptor >= 0 {
      var limit = timeval(tv_sec: timeout, tv_usec: 0)
      let size = socklen_t(MemoryLayout<timeval>.size)
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
    return descriptor
  }

  /// Calls `body` with the address of `path`.
  static func withAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { field in
      field.copyBytes(from: path.utf8.prefix(field.count - 1))
    }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  /// Binds and listens; a leftover of a dead service is replaced, a living one's never.
  static func listener(at path: String, mode: mode_t) throws(SystemError) -> Int32 {
    try FileSystem.makeFolder(FileSystem.folder(of: path))
    try removeLeftover(path)
    let listener = make(timeout: 0)
    guard listener >= 0 else { throw SystemError(action: "listen on", path: path) }
    let bound = withAddress(path) { bind(listener, $0, $1) }
    guard bound == 0, chmod(path, mode) == 0, listen(listener, 64) == 0 else {
      let code = errno
      close(listener)
      if bound == 0 { unlink(path) }
      throw SystemError(action: "listen on", path: path, code: code)
    }
    return listener
  }

  /// Takes away the socket of a service that is dead, which only one answer of the kernel says. A
  /// full backlog is a service that is busy or stopped, and what cannot be told is left alone.
  private static func removeLeftover(_ path: String) throws(SystemError) {
    let probe = make(timeout: 1)
    guard probe >= 0 else { throw SystemError(action: "listen on", path: path) }
    defer { close(probe) }
    let code = withAddress(path) { connect(probe, $0, $1) } == 0 ? 0 : errno
    switch code {
    case ENOENT: break
    case ECONNREFUSED: unlink(path)
    case 0, EAGAIN:
      throw SystemError(
        action: "listen on", path: path, code: EADDRINUSE,
        mend: "A service runs there already: stop it first, or give this one a socket and a state "
          + "folder of its own.")
    default: throw SystemError(action: "listen on", path: path, code: code)
    }
  }

  /// Hands over every peer that comes, until the listener is shut down; then closes it.
  static func accept(_ listener: Int32, _ serve: (Int32) -> Void) {
    while true {
      let peer = clinux_accept(listener)
      if peer < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
          usleep(100_000)
          continue
        }
        close(listener)
        return
      }
      serve(peer)
    }
  }
}

// MARK: Talking, with one deadline for all of it: a peer that takes or gives a byte now and then is
// as slow as one that does nothing. `errno` is EAGAIN where the time was over.

extension UnixSocket {
  /// Reads up to a newline; `nil` when the peer is gone, too slow, or sends more than `limit`.
  static func readLine(
    _ descriptor: Int32, limit: Int, until deadline: ContinuousClock.Instant
  ) -> [UInt8]? {
    var line = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while line.count <= limit {
      let count = read(descriptor, &buffer, until: deadline)
      guard count > 0 else { return nil }
      if let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) {
        return line + buffer[..<end]
      }
      line.append(contentsOf: buffer[..<count])
    }
    return nil
  }

  /// Writes all of `bytes` and a newline; false when the peer is gone or too slow.
  @discardableResult
  static func writeLine(
    _ descriptor: Int32, _ bytes: [UInt8], until deadline: ContinuousClock.Instant
  ) -> Bool {
    write(descriptor, bytes + [UInt8(ascii: "\n")], until: deadline)
  }

  /// Reads what is there, waiting for it; what `read(2)` gives.
  static func read(
    _ descriptor: Int32, _ buffer: inout [UInt8], until deadline: ContinuousClock.Instant
  ) -> Int {
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count >= 0 { return count }
      if errno == EINTR { continue }
      guard errno == EAGAIN, wait(descriptor, for: POLLIN, until: deadline) else { return -1 }
    }
  }

  /// Writes all of `bytes`; false when the peer is gone or too slow.
  @discardableResult
  static func write(
    _ descriptor: Int32, _ bytes: [UInt8], until deadline: ContinuousClock.Instant
  ) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = send(
          descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        if count > 0 {
          rest = rest.dropFirst(count)
          continue
        }
        if count < 0, errno == EINTR { continue }
        guard count < 0, errno == EAGAIN, wait(descriptor, for: POLLOUT, until: deadline) else {
          return false
        }
      }
      return true
    }
  }

  /// Waits until the socket is ready; false when the time is over.
  private static func wait(
    _ descriptor: Int32, for events: Int32, until deadline: ContinuousClock.Instant
  ) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else {
        errno = EAGAIN
        return false
      }
      var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let count = poll(&polled, 1, Int32(min(left / .milliseconds(1) + 1, 60_000)))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return false }
    }
  }
}
