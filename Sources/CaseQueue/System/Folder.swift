import CLinux
import ForensicCore
import Glibc

/// An open directory: everything below it is reached by name from its descriptor, so that nobody
/// can slip in another directory by renaming.
package final class Folder: Sendable {
  package let file: OpenFile
  package var descriptor: Int32 { file.descriptor }

  /// Opens a directory that the configuration names; a link at its end is followed, since a
  /// person put it there.
  package init(path: String) throws(QueueError) {
    file = try OpenFile(path: path, flags: O_RDONLY | O_DIRECTORY)
  }

  /// Opens the directory `path` (slash-separated, empty for itself) below another one. No
  /// component may be a symbolic link.
  package init(below parent: Folder, _ path: [UInt8]) throws(QueueError) {
    var current = parent.file
    for component in path.split(separator: UInt8(ascii: "/")) {
      current = try OpenFile(
        at: current.descriptor, Array(component), flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }
    file = current
  }

  /// Makes the path where it is missing, parents too.
  package static func make(path: String, mode: mode_t = 0o755) throws(QueueError) {
    var made = path.hasPrefix("/") ? "" : "."
    for component in path.split(separator: "/") {
      made += "/" + component
      if mkdir(made, mode) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES {
        throw .system(errno, "cannot make the folder \(made.madeVisible)")
      }
    }
    _ = try Folder(path: path)
  }

  /// Makes the path below this folder, each new level flushed to disk in its parent.
  package func make(_ path: [UInt8], mode: mode_t = 0o755) throws(QueueError) {
    var current = file
    for component in path.split(separator: UInt8(ascii: "/")) {
      let name = Array(component)
      if name.withCPath({ mkdirat(current.descriptor, $0, mode) }) == 0 {
        try current.sync()
      } else if errno != EEXIST {
        throw .system(errno, "cannot make the folder \(FileName(bytes: name).display)")
      }
      current = try OpenFile(
        at: current.descriptor, name, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }
  }

  /// The entries' names, `.` and `..` left out, in no order.
  package func names() throws(QueueError) -> [[UInt8]] {
    var names = [[UInt8]]()
    try forEach { name, _ in names.append(name) }
    return names
  }

  /// Calls back with each entry's name and `d_type` (`DT_UNKNOWN` where it is not told).
  package func forEach(
    _ body: ([UInt8], UInt8) throws(QueueError) -> Void
  ) throws(QueueError) {
    // A descriptor of its own: reading a directory moves its offset.
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw .system(errno, "cannot read the folder") }
    guard let stream = fdopendir(copy) else {
      close(copy)
      throw .system(errno, "cannot read the folder")
    }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw .system(errno, "cannot read the folder") }
        return
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
        Array(buffer.prefix { $0 != 0 })
      }
      if name == [UInt8(ascii: ".")] || name == [UInt8(ascii: "."), UInt8(ascii: ".")] { continue }
      try body(name, entry.pointee.d_type)
    }
  }

  package func facts(_ name: [UInt8]) throws(QueueError) -> FileFacts {
    try FileFacts(at: descriptor, name)
  }

  package func exists(_ name: [UInt8]) -> Bool {
    name.withCPath { faccessat(descriptor, $0, F_OK, AT_SYMLINK_NOFOLLOW) } == 0
  }

  package func sync() throws(QueueError) { try file.sync() }
}
