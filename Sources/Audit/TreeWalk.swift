import CLinux
import ForensicCore
import Glibc
import Service

/// Walks a folder without ever holding more than a few thousand names: directories are read as a
/// stream, and every batch is taken in the order of its inodes, which on most file systems is the
/// order on the disk. Symbolic links are not followed; what is neither file nor folder is left
/// alone.
struct TreeWalk {
  /// What is told of each thing met.
  enum Encounter {
    case file(path: [UInt8], facts: fcl_facts)
    /// A folder or file that cannot be looked at.
    case unreadable(path: [UInt8], errno: Int32)
    /// A symbolic link, a FIFO, a socket, a device.
    case passedOver
  }

  /// Names that are sorted at a time.
  private static let batch = 4096
  /// Folders within folders: each holds a descriptor.
  private static let depth = 256

  let root: String
  /// A folder that is left out, such as the audit's own.
  let avoided: FileNode?
  /// Asked at every name; true ends the walk.
  let isEnded: () -> Bool
  /// Whether to enter a folder.
  let enters: ([UInt8]) -> Bool
  /// Whether a file's facts are wanted; those of others are not asked for.
  let wants: ([UInt8]) -> Bool
  /// Gives false to end the walk.
  let visit: (Encounter) throws -> Bool

  private struct Entry {
    var inode: UInt64
    var name: [UInt8]
    var kind: UInt8
  }

  /// Walks everything; false when `visit` or `isEnded` ended it.
  func run() throws -> Bool {
    let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(action: "read", path: root) }
    return try walk(descriptor, path: [], ancestors: [])
  }

  /// Takes over the descriptor.
  private func walk(
    _ descriptor: Int32, path: [UInt8], ancestors: [FileNode]
  ) throws -> Bool {
    guard let stream = fdopendir(descriptor) else {
      close(descriptor)
      return try visit(.unreadable(path: path, errno: errno))
    }
    defer { closedir(stream) }
    var facts = fcl_facts()
    let error = fcl_facts_at(descriptor, "", &facts)
    guard error == 0 else { return try visit(.unreadable(path: path, errno: error)) }
    let own = FileNode(device: facts.device, inode: facts.inode)
    // A folder mounted below itself is a loop without a link.
    if ancestors.contains(own) || avoided == own { return true }
    var batch = [Entry]()
    while true {
      let more = try fill(&batch, from: stream, path: path)
      batch.sort { $0.inode < $1.inode }
      for entry in batch where entry.kind != UInt8(DT_DIR) {
        guard !isEnded(), try meet(entry, in: descriptor, path: path) else { return false }
      }
      for entry in batch where entry.kind == UInt8(DT_DIR) {
        guard !isEnded(),
          try descend(entry, in: descriptor, path: path, ancestors: ancestors + [own])
        else { return false }
      }
      if !more { return true }
    }
  }

  /// Reads the next names; false at the end of the folder.
  private func fill(
    _ batch: inout [Entry], from stream: OpaquePointer, path: [UInt8]
  ) throws -> Bool {
    batch.removeAll(keepingCapacity: true)
    while batch.count < Self.batch {
      errno = 0
      guard let found = readdir(stream) else {
        if errno != 0 { _ = try visit(.unreadable(path: path, errno: errno)) }
        return false
      }
      let name = withUnsafePointer(to: &found.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
          Array(UnsafeBufferPointer(start: bytes, count: strnlen(found, bytes)))
        }
      }
      if name == [UInt8(ascii: ".")] || name == Array("..".utf8) { continue }
      var entry = Entry(inode: UInt64(found.pointee.d_ino), name: name, kind: found.pointee.d_type)
      if entry.kind == UInt8(DT_UNKNOWN) { entry.kind = kind(of: entry, in: dirfd(stream)) }
      batch.append(entry)
    }
    return true
  }

  private func strnlen(_ entry: UnsafeMutablePointer<dirent>, _ bytes: UnsafePointer<UInt8>) -> Int
  {
    var count = 0
    while count < 255, bytes[count] != 0 { count += 1 }
    return count
  }

  /// For file systems that do not say what an entry is.
  private func kind(of entry: Entry, in folder: Int32) -> UInt8 {
    var facts = fcl_facts()
    guard fcl_facts_at(folder, Self.text(entry.name), &facts) == 0 else { return UInt8(DT_UNKNOWN) }
    switch facts.mode & UInt32(S_IFMT) {
    case UInt32(S_IFDIR): return UInt8(DT_DIR)
    case UInt32(S_IFREG): return UInt8(DT_REG)
    default: return UInt8(DT_LNK)
    }
  }

  private func meet(_ entry: Entry, in folder: Int32, path: [UInt8]) throws -> Bool {
    let path = Self.joined(path, entry.name)
    guard entry.kind == UInt8(DT_REG) else { return try visit(.passedOver) }
    guard wants(path) else { return true }
    var facts = fcl_facts()
    let error = fcl_facts_at(folder, Self.text(entry.name), &facts)
    // Gone since the folder was read: not there to be audited.
    if error == ENOENT { return true }
    if error != 0 { return try visit(.unreadable(path: path, errno: error)) }
    return try visit(.file(path: path, facts: facts))
  }

  private func descend(
    _ entry: Entry, in folder: Int32, path: [UInt8], ancestors: [FileNode]
  ) throws -> Bool {
    let path = Self.joined(path, entry.name)
    guard enters(path) else { return true }
    guard ancestors.count < Self.depth else {
      return try visit(.unreadable(path: path, errno: ELOOP))
    }
    let child = openat(
      folder, Self.text(entry.name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if child < 0 {
      return errno == ENOENT ? true : try visit(.unreadable(path: path, errno: errno))
    }
    return try walk(child, path: path, ancestors: ancestors)
  }

  private static func joined(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
    folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name
  }

  private static func text(_ name: [UInt8]) -> [CChar] {
    name.map { CChar(bitPattern: $0) } + [0]
  }
}
