import ForensicCore
import Glibc
import Service

/// The hold on an audit's folder: one process at a time.
///
/// A file that is locked, not the folder: on a file system that machines share, a folder's lock would
/// hold on one of them only. The file is taken away at the end while it is held. Whoever had opened it
/// by then finds that another lies in its place, or none, and opens anew.
package final class AuditLock: Sendable {
  static let name = "lock"

  private let descriptor: Int32
  private let path: String

  /// - Throws: when another process holds it, or the file system has no locks.
  package init(folder: String) throws {
    path = folder + "/" + Self.name
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
      guard opened >= 0 else { throw SystemError(action: "lock", path: path) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(opened)
        // A file system may know no locks, or its server of locks may be away.
        guard code == EWOULDBLOCK else {
          throw SystemError(action: "lock", path: path, code: code)
        }
        throw AuditError(
          "\(folder.madeVisible) is in use by another audit",
          mend: "Wait for it, or name another folder with --output.")
      }
      if Self.lies(opened, at: path) {
        descriptor = opened
        return
      }
      close(opened)
    }
  }

  deinit { close(descriptor) }

  /// Takes the file away, at the very end: from here on the folder is anybody's.
  package func remove() { unlink(path) }

  private static func lies(_ descriptor: Int32, at path: String) -> Bool {
    var (held, there) = (stat(), stat())
    return fstat(descriptor, &held) == 0 && stat(path, &there) == 0
      && FileNode(device: held.st_dev, inode: held.st_ino)
        == FileNode(device: there.st_dev, inode: there.st_ino)
  }
}
