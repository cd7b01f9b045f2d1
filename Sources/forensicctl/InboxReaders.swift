import Glibc

/// Who may read what is dropped into an inbox. The service is another user than the one who drops, and
/// of the inbox's group: where a umask keeps new files to their owner, it could not read them.
struct InboxReaders {
  private let inbox: stat

  /// - Parameter inbox: the open folder; `nil` where the kernel tells nothing of it.
  init?(_ inbox: Int32) {
    var status = stat()
    guard fstat(inbox, &status) == 0 else { return nil }
    self.inbox = status
  }

  /// Lets the inbox's group read a copy, and all others where they may read its source; nothing is
  /// taken away. A file system that keeps no modes is left as it is.
  func admit(to copy: Int32, of source: stat) {
    var own = stat()
    guard fstat(copy, &own) == 0 else { return }
    // Only a member may hand a file to a group.
    if own.st_gid != inbox.st_gid, fchown(copy, .max, inbox.st_gid) == 0 {
      own.st_gid = inbox.st_gid
    }
    var mode = own.st_mode & 0o7777 | source.st_mode & S_IROTH
    if own.st_gid == inbox.st_gid { mode |= S_IRGRP }
    _ = fchmod(copy, mode)
  }

  /// Whether the inbox's owner or group may read a copy: the service is one or the other.
  func mayRead(_ copy: Int32) -> Bool {
    var own = stat()
    guard fstat(copy, &own) == 0 else { return true }
    return own.st_mode & S_IROTH != 0 || own.st_uid == inbox.st_uid
      || own.st_mode & S_IRGRP != 0 && own.st_gid == inbox.st_gid
  }

  /// What the inbox's group is called.
  var group: String {
    getgrgid(inbox.st_gid).map { String(cString: $0.pointee.gr_name) } ?? "\(inbox.st_gid)"
  }
}
