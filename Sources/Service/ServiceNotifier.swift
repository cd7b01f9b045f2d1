import Glibc

/// Tells the service manager how the service is (sd_notify(3)): a datagram to the socket named
/// in `$NOTIFY_SOCKET`. Without a manager every call does nothing.
public struct ServiceNotifier: Sendable {
  private let address: [UInt8]?

  /// Half of the manager's watchdog interval, in seconds; `nil` when there is no watchdog
  /// (sd_watchdog_enabled(3) advises to report twice within the interval).
  public let watchdogInterval: Double?

  public init() {
    address = getenv("NOTIFY_SOCKET").map { Array(String(cString: $0).utf8) }
      .flatMap { $0.isEmpty || $0.count >= 108 ? nil : $0 }
    let owner = getenv("WATCHDOG_PID").flatMap { Int32(String(cString: $0)) }
    let period = getenv("WATCHDOG_USEC").flatMap { Double(String(cString: $0)) }
    watchdogInterval = owner == nil || owner == getpid() ? period.map { $0 / 2_000_000 } : nil
  }

  /// The service has started.
  public func ready(status: String) { send("READY=1\nSTATUS=\(status)") }
  /// A line for `systemctl status`.
  public func status(_ text: String) { send("STATUS=\(text)") }
  /// The service gives back what is in flight, and ends.
  public func stopping() { send("STOPPING=1\nSTATUS=Giving back what is in flight") }
  /// Feeds the watchdog; at least every `watchdogInterval`.
  public func alive() { send("WATCHDOG=1") }

  /// Announces a reload (Type=notify needs the monotonic time with it, sd_notify(3)).
  public func reloading() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
  }

  private func send(_ message: String) {
    guard let address else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { path in
      path.copyBytes(from: address)
      // A leading @ stands for the abstract namespace's NUL byte.
      if address[0] == UInt8(ascii: "@") { path[0] = 0 }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
    let bytes = Array(message.utf8)
    _ = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }
}
