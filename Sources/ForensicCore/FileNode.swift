/// Which file or folder it is, whatever it is called: one has many names, through links, mounts and
/// spellings of a path.
public struct FileNode: Hashable, Sendable {
  public var device: UInt64
  public var inode: UInt64

  /// - Parameters: as `stat(2)` or `statx(2)` tells them, whose types differ by platform.
  public init(device: some BinaryInteger, inode: some BinaryInteger) {
    self.device = UInt64(truncatingIfNeeded: device)
    self.inode = UInt64(truncatingIfNeeded: inode)
  }
}
