import Glibc

/// Which peers of the control socket are served: root, the service's own user, and whoever has one
/// configured group among its own.
package struct ControlAccess: Hashable, Sendable {
  /// What the kernel shows of every group that a user namespace does not know (user_namespaces(7),
  /// overflowgid): whoever is let in by it may be anybody.
  static let nobodysGroup: gid_t = 65_534

  private let owner: uid_t
  private let group: gid_t?

  package init(owner: uid_t, group: gid_t?) {
    self.owner = owner
    self.group = group
  }

  /// - Parameter group: the name of a group.
  init(group: String?) throws(SystemError) {
    var number: gid_t?
    if let group {
      guard let entry = getgrnam(group) else {
        throw SystemError(action: "find group", path: group, code: ENOENT)
      }
      number = entry.pointee.gr_gid
      guard number != Self.nobodysGroup else {
        throw SystemError(
          action: "let in by group", path: group, code: EINVAL,
          mend: "Strangers seem to have it too: make a group of its own.")
      }
    }
    self.init(owner: geteuid(), group: number)
  }

  /// Whether the service can see this group in a peer at all: within a user namespace of its own
  /// (PrivateUsers=, containers) all groups look alike that it does not map.
  ///
  /// - Parameter map: `/proc/self/gid_map`; each line has the first number inside, the first one
  ///   outside, and how many (user_namespaces(7)).
  package static func isVisible(_ group: gid_t, map: String) -> Bool {
    map.split(separator: "\n").contains { line in
      let numbers = line.split(separator: " ").compactMap { UInt64($0) }
      return numbers.count == 3 && UInt64(group) >= numbers[0]
        && UInt64(group) - numbers[0] < numbers[2]
    }
  }

  /// What keeps the group from letting anybody in; `nil` for nothing that is known.
  var doubt: String? {
    guard let group, let map = try? FileSystem.read(path: "/proc/self/gid_map"),
      !Self.isVisible(group, map: String(decoding: map, as: UTF8.self))
    else { return nil }
    return "control.group lets nobody in: this service runs in a user namespace that does not know "
      + "the group (PrivateUsers= in a unit, or a container)"
  }

  package func allows(_ peer: SocketPeer) -> Bool {
    if peer.user == 0 || peer.user == owner { return true }
    guard let group else { return false }
    return peer.groups.contains(group)
  }
}
