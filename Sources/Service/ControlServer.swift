import CLinux
import ForensicCore
import Foundation
import Glibc
import Logging

/// Answers `forensicctl` on a Unix socket. Peers are root, the service's own user, and the
/// members of one configured group; the kernel vouches for who they are (unix(7), SO_PEERCRED).
///
/// Accepting and reading block, so they have threads of their own, never the cooperative pool's.
public final class ControlServer: Sendable {
  /// Answers one request line with one response line.
  public typealias Handler = @Sendable (ControlRequest) async -> [UInt8]

  private let path: String
  private let listener: Int32
  private let group: gid_t?
  private let handler: Handler
  private let log: Logger

  /// Binds the socket; a leftover of a dead service is replaced, a living one's never.
  public init(path: String, group: String?, log: Logger, handler: @escaping Handler)
    throws(SystemError)
  {
    self.path = path
    self.handler = handler
    self.log = log
    if let group {
      guard let entry = getgrnam(group) else {
        throw SystemError(action: "find group", path: group, code: ENOENT)
      }
      self.group = entry.pointee.gr_gid
    } else {
      self.group = nil
    }
    // Credentials decide, not the file mode: anyone may connect and most are turned away.
    listener = try UnixSocket.listener(at: path, mode: 0o666)
  }

  /// Starts answering, on a thread of its own.
  public func start() {
    let thread = Thread { [self] in acceptLoop() }
    thread.name = "control"
    thread.start()
  }

  /// Stops answering and takes the socket away.
  public func stop() {
    unlink(path)
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func acceptLoop() {
    UnixSocket.accept(listener, timeout: 5) { peer in
      let thread = Thread { [self] in serve(peer) }
      thread.stackSize = 256 << 10
      thread.start()
    }
  }

  private func serve(_ peer: Int32) {
    func refuse(_ message: String, denied: Bool = false) {
      let response = ControlResponse<String>(error: message, denied: denied)
      UnixSocket.writeLine(peer, (try? JSONEncoder().encode(response)).map(Array.init) ?? [])
      close(peer)
    }
    guard isAllowed(peer) else {
      log.warning("control request refused", metadata: ["socket": "\(path)"])
      return refuse(
        "you are not allowed to control this service: be root, its user, or in its group",
        denied: true)
    }
    guard let line = UnixSocket.readLine(peer, limit: 1 << 16) else {
      close(peer)
      return
    }
    guard let request = try? JSONDecoder().decode(ControlRequest.self, from: Data(line)) else {
      return refuse("that is no request this service (\(ForensicVersion.current)) understands")
    }
    guard request.protocol == ControlRequest.version else {
      return refuse(
        "protocol \(request.protocol) is not spoken here, only \(ControlRequest.version): "
          + "use the forensicctl that came with forensicd \(ForensicVersion.current)")
    }
    if let mistake = request.mistake { return refuse(mistake) }
    Task { [handler] in
      UnixSocket.writeLine(peer, await handler(request))
      close(peer)
    }
  }

  private func isAllowed(_ peer: Int32) -> Bool {
    var user = uid_t.max
    var primary = gid_t.max
    var process: pid_t = 0
    guard clinux_peer_credentials(peer, &user, &primary, &process) == 0 else { return false }
    if user == 0 || user == geteuid() { return true }
    guard let group else { return false }
    return primary == group || Self.isMember(user: user, primary: primary, of: group)
  }

  private static func isMember(user: uid_t, primary: gid_t, of group: gid_t) -> Bool {
    guard let entry = getpwuid(user) else { return false }
    var count: Int32 = 256
    var groups = [gid_t](repeating: 0, count: Int(count))
    guard getgrouplist(entry.pointee.pw_name, primary, &groups, &count) >= 0 else { return false }
    return groups.prefix(Int(count)).contains(group)
  }
}
