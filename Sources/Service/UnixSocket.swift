import CLinux
import Glibc

/// The socket calls that server and client share.
enum UnixSocket {
  /// A stream socket with a receive and a send time-out in seconds.
  static func make(timeout: Int) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    if descriptor >= 0 { setTimeout(descriptor, seconds: timeout) }
    return descriptor
  }

  static func setTimeout(_ descriptor: Int32, seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
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

  /// Reads up to a newline; `nil` when the peer is gone, too slow, or sends more than `limit`.
  static func readLine(_ descriptor: Int32, limit: Int) -> [UInt8]? {
    var line = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while line.count <= limit {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
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
  static func writeLine(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    write(descriptor, bytes + [UInt8(ascii: "\n")])
  }

  /// Binds and listens; a leftover of a dead service is replaced, a living one's never.
  static func listener(at path: String, mode: mode_t) throws(SystemError) -> Int32 {
    try FileSystem.makeFolder(FileSystem.folder(of: path))
    if isAlive(path) {
      throw SystemError(
        action: "listen on", path: path, code: EADDRINUSE,
        mend: "A service runs there already: stop it first, or give this one a socket and a state "
          + "folder of its own.")
    }
    unlink(path)
    let listener = make(timeout: 0)
    guard listener >= 0 else { throw SystemError(action: "listen on", path: path) }
    let bound = withAddress(path) { bind(listener, $0, $1) }
    guard bound == 0, chmod(path, mode) == 0, listen(listener, 64) == 0 else {
      let code = errno
      close(listener)
      throw SystemError(action: "listen on", path: path, code: code)
    }
    return listener
  }

  /// Hands over every peer that comes, until the listener is shut down; then closes it.
  static func accept(_ listener: Int32, timeout seconds: Int, _ serve: (Int32) -> Void) {
    while true {
      let peer = clinux_accept(listener)
      if peer < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        if errno == EMFILE || errno == ENFILE {
          usleep(100_000)
          continue
        }
        close(listener)
        return
      }
      setTimeout(peer, seconds: seconds)
      serve(peer)
    }
  }

  private static func isAlive(_ path: String) -> Bool {
    let probe = make(timeout: 1)
    guard probe >= 0 else { return false }
    defer { close(probe) }
    return withAddress(path) { connect(probe, $0, $1) } == 0
  }

  /// Writes all of `bytes`; false when the peer is gone or too slow.
  @discardableResult
  static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = send(descriptor, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
