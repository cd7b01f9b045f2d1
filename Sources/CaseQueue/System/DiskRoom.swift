import ForensicCore
import Glibc

/// Looks whether a file system has room, before a copy takes it.
///
/// Some is always left: the journal and the reports usually lie on the same file system, and with
/// none of it nothing at all would go on.
package struct DiskRoom: Sendable {
  /// What an error is called where there is no room.
  package static let code = "evidence.no-room"

  /// Bytes that may be taken on a descriptor's file system; `nil` where nobody knows.
  private let available: @Sendable (Int32) -> Int?
  /// Whether blocks may be shared, which takes no room.
  let mayClone: Bool

  package init(
    mayClone: Bool = true, _ available: @escaping @Sendable (Int32) -> Int? = DiskRoom.onDisk
  ) {
    self.mayClone = mayClone
    self.available = available
  }

  /// - Throws: `evidence.no-room` where so many bytes would not fit.
  func require(_ size: Int, in folder: Folder) throws(QueueError) {
    guard let room = available(folder.descriptor), size > room else { return }
    throw QueueError(
      code: Self.code,
      message: "there is no room for the \(size) bytes of the original in the evidence store: "
        + "\(max(0, room)) bytes may be taken",
      systemError: ENOSPC)
  }

  /// What `fstatvfs(3)` says, less a reserve: a twentieth, 64 MiB at most.
  package static func onDisk(_ descriptor: Int32) -> Int? {
    var facts = statvfs()
    // A tmpfs without a limit, and some FUSE ones, say 0 of 0 blocks.
    guard fstatvfs(descriptor, &facts) == 0, facts.f_blocks > 0 else { return nil }
    func bytes(_ blocks: UInt) -> Int {
      let (product, overflow) = Int(clamping: blocks)
        .multipliedReportingOverflow(by: Int(clamping: facts.f_frsize))
      return overflow ? .max : product
    }
    return bytes(facts.f_bavail) - min(64 << 20, bytes(facts.f_blocks) / 20)
  }
}
