import CLinux
import Glibc

/// Who is at the other end of a connected Unix socket, as the kernel knew it when it connected
/// (unix(7), SO_PEERCRED and SO_PEERGROUPS). No name service is asked: it could be slow, wrong, or
/// answer two threads with one buffer.
package struct SocketPeer: Hashable, Sendable {
  package var user: uid_t
  /// The primary group and all others of the process, as `id` shows them there.
  package var groups: Set<gid_t>

  package init(user: uid_t, groups: Set<gid_t>) {
    self.user = user
    self.groups = groups
  }

  /// `nil` where the kernel does not say.
  package init?(of descriptor: Int32) {
    var user = uid_t.max
    var primary = gid_t.max
    var process: pid_t = 0
    guard clinux_peer_credentials(descriptor, &user, &primary, &process) == 0,
      let others = Self.groups(of: descriptor)
    else { return nil }
    self.init(user: user, groups: Set(others).union([primary]))
  }

  private static func groups(of descriptor: Int32) -> [gid_t]? {
    let width = MemoryLayout<gid_t>.size
    var count = 64
    while true {
      var groups = [gid_t](repeating: 0, count: count)
      var length = socklen_t(count * width)
      if getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &length) == 0 {
        return Array(groups.prefix(Int(length) / width))
      }
      // The kernel then says how much room it needs.
      let needed = Int(length) / width
      guard errno == ERANGE, needed > count else { return nil }
      count = needed
    }
  }
}
