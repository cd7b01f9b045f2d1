import ForensicCore
import Glibc

/// Where a path leads in the file system as it is now: links followed, `.` and `..` resolved. Two
/// folders that are one behind two spellings, two links or a bind mount have the same place.
/// Nothing need exist: what does not is taken as it is written.
public struct FolderPlace: Sendable {
  private let parts: [[UInt8]]
  /// The root, then the folder of each part; `nil` for what is not there.
  private let nodes: [FileNode?]

  /// - Parameter path: an absolute path.
  public init(_ path: String) {
    var parts = [[UInt8]]()
    var rest = [[UInt8]](Self.split(Array(path.utf8)).reversed())
    // As many links as the kernel follows (path_resolution(7)).
    var links = 40
    while let part = rest.popLast() {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
        continue
      }
      parts.append(part)
      guard links > 0, let target = Self.target(ofLink: Self.path(parts[...])) else { continue }
      links -= 1
      if target.first == UInt8(ascii: "/") { parts = [] } else { parts.removeLast() }
      rest += Self.split(target).reversed()
    }
    self.parts = parts
    nodes = (0...parts.count).map { Self.node(Self.path(parts[..<$0])) }
  }

  /// Whether it is the same folder.
  public func isSame(as other: FolderPlace) -> Bool {
    lies(within: other) && other.lies(within: self)
  }

  /// Whether it is the same folder or one below.
  public func lies(within outer: FolderPlace) -> Bool {
    if parts.starts(with: outer.parts) { return true }
    guard let node = outer.nodes.last ?? nil else { return false }
    return nodes.contains(node)
  }

  private static func split(_ path: [UInt8]) -> [[UInt8]] {
    path.split(separator: UInt8(ascii: "/")).map(Array.init)
  }

  /// The path with a closing NUL.
  private static func path(_ parts: ArraySlice<[UInt8]>) -> [CChar] {
    let bytes = parts.isEmpty ? Array("/".utf8) : parts.flatMap { [UInt8(ascii: "/")] + $0 }
    return bytes.map { CChar(bitPattern: $0) } + [0]
  }

  private static func target(ofLink path: [CChar]) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 ? buffer[..<count].map { UInt8(bitPattern: $0) } : nil
  }

  private static func node(_ path: [CChar]) -> FileNode? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileNode(device: status.st_dev, inode: status.st_ino)
  }
}
