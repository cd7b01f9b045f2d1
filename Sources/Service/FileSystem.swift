import ForensicCore
import Glibc

/// A system call that failed: what was tried, on what, and the kernel's word for it.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  public var action: String
  public var path: String
  public var code: Int32
  /// What to do about it, where that is known.
  public var mend: String?

  public init(action: String, path: String, code: Int32 = errno, mend: String? = nil) {
    self.mend = mend
    self.action = action
    self.path = path
    self.code = code
  }

  /// The kernel's word for it.
  public var reason: String { String(cString: strerror(code)) }

  public var description: String {
    "cannot \(action) \(path.madeVisible): \(reason)"
      + (mend.map { "\n  " + $0 } ?? "")
  }
}

/// The few file operations of the mains. Small files only: exhibits go other ways.
public enum FileSystem {
  /// O_PATH, which Glibc's module hides: names a file without opening it, so that a FIFO does not hang
  /// and no right to read is needed.
  public static let pathOnly: Int32 = 0o10000000

  /// The whole content of a small file. It may lie in a folder that was sent: what is no regular
  /// file is refused, for a FIFO in its place would hang.
  public static func read(path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw SystemError(action: "read", path: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError(action: "read", path: path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw SystemError(action: "read", path: path, code: EISDIR)
    default:
      throw SystemError(
        action: "read", path: path, code: EINVAL, mend: "It is not a regular file.")
    }
    guard Int(status.st_size) <= limit else {
      throw SystemError(action: "read", path: path, code: EFBIG)
    }
    var content = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while content.count <= limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return content }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError(action: "read", path: path)
      }
      content.append(contentsOf: buffer[..<count])
    }
    throw SystemError(action: "read", path: path, code: EFBIG)
  }

  /// Writes a file so that it is there whole or not at all: temporary name, fsync, rename.
  public static func write(_ content: [UInt8], path: String) throws(SystemError) {
    let (temporary, descriptor) = try draft(of: path)
    var failed = false
    content.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          failed = true
          return
        }
        offset += count
      }
    }
    failed = failed || fsync(descriptor) != 0
    let code = errno
    close(descriptor)
    if failed {
      unlink(temporary)
      throw SystemError(action: "write", path: path, code: code)
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw SystemError(action: "write", path: path, code: code)
    }
  }

  /// Whether a name is one that `write` gives a file before it is whole.
  public static func isDraft(_ name: String) -> Bool { name.contains(/\.tmp-[0-9a-f]+$/) }

  /// A new file beside `path`, open for writing. Its name cannot be foreseen and nothing that has it
  /// is ever opened: others may be able to write in the folder.
  private static func draft(of path: String) throws(SystemError) -> (path: String, Int32) {
    for _ in 0..<16 {
      let draft = path + ".tmp-" + String(UInt64.random(in: .min ... .max), radix: 16)
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = open(draft, flags, 0o644)
      if descriptor >= 0 { return (draft, descriptor) }
      guard errno == EEXIST else { throw SystemError(action: "create", path: draft) }
    }
    throw SystemError(action: "create", path: path, code: EEXIST)
  }

  /// Makes a folder and those above it.
  public static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
    if mkdir(path, mode) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw SystemError(action: "create", path: path) }
    try makeFolder(folder(of: path), mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw SystemError(action: "create", path: path)
    }
  }

  /// Whether something is there that this user may see; links are followed.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The part before the last `/`.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The part after the last `/`.
  public static func fileName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// `path` itself when absolute, below `folder` otherwise; without a closing `/`.
  public static func join(_ folder: String, _ path: String) -> String {
    var joined = path.hasPrefix("/") ? path : folder + "/" + path
    while joined.count > 1 && joined.hasSuffix("/") { joined.removeLast() }
    return joined
  }

  /// An absolute path, symbolic links resolved where the file exists.
  public static func absolute(_ path: String) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return String(cString: current) + "/" + path
  }
}
