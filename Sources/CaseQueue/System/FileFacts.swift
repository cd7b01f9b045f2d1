import CLinux
import ForensicCore
import Glibc

/// What the kernel tells of a file without opening it.
package struct FileFacts: Hashable, Sendable {
  package var device: UInt64
  package var inode: UInt64
  package var size: Int
  /// Nanoseconds since 1970.
  package var modified: Int64
  package var changed: Int64
  /// When the inode was made; 0 where the file system does not say.
  package var birth: Int64
  package var mode: UInt32

  package var isRegular: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  package var isDirectory: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }

  /// Of `name` below a directory descriptor, links not followed; of the descriptor itself where
  /// `name` is empty.
  package init(at directory: Int32, _ name: [UInt8]) throws(QueueError) {
    var facts = fcl_facts()
    let failure = name.withCPath { fcl_facts_at(directory, $0, &facts) }
    guard failure == 0 else {
      throw .system(failure, "cannot look at \(FileName(bytes: name).display)")
    }
    device = facts.device
    inode = facts.inode
    size = Int(facts.size)
    modified = facts.modified
    changed = facts.changed
    birth = facts.birth
    mode = facts.mode
  }

  package var node: FileNode { FileNode(device: device, inode: inode) }

  package var identity: FileIdentity {
    FileIdentity(inode: inode, size: size, modified: modified, birth: birth)
  }
}

/// What makes a file at a given place of a given inbox the same file as before.
///
/// The device number is not in it: it may change with a reboot, and then every file of a kept
/// inbox would be taken again. The inode's birth time is, because inode numbers are used again.
package struct FileIdentity: Hashable, Sendable {
  package var inode: UInt64
  package var size: Int
  /// Nanoseconds since 1970.
  package var modified: Int64
  /// Nanoseconds since 1970; 0 where unknown.
  package var birth: Int64

  package init(inode: UInt64, size: Int, modified: Int64, birth: Int64) {
    self.inode = inode
    self.size = size
    self.modified = modified
    self.birth = birth
  }
}
