import CLinux
import CaseQueue
import ForensicCore
import Glibc
import Service

/// Finds and copies the files that `forensicctl drop` is given. Names are C strings throughout:
/// they need not be UTF-8.
enum DropSource {
  /// A path as the kernel takes it, without the closing NUL.
  typealias Path = [CChar]

  /// Why a path that was named is not dropped.
  struct Refusal: Error, CustomStringConvertible {
    var description: String
  }

  /// The regular files at `path`: itself, or all below it when it is a folder. Names that the
  /// service passes over, and what is neither file nor folder, are left out below a folder.
  /// - Throws: where `path` itself is such a thing, or cannot be read.
  static func files(at path: Path) throws -> [Path] {
    var status = stat()
    guard stat(path + [0], &status) == 0 else { throw failure("read", path) }
    let words = text(path).madeVisible
    switch status.st_mode & S_IFMT {
    case S_IFREG where isTaken(path): return [path]
    case S_IFREG: throw Refusal(description: "\(words): the service passes over such names")
    case S_IFDIR: return try files(below: path)
    default: throw Refusal(description: "\(words): neither file nor folder")
    }
  }

  /// Copies a file into an inbox: under a hidden name first, then under its own, and where that
  /// is taken in a folder made for it, or under another name where the inbox `isFlat`. Its sidecar
  /// goes with it, and is there first.
  static func copy(
    _ file: Path, intoInbox inbox: String, isFlat: Bool
  ) throws(SystemError) {
    let base = Array(inbox.utf8CString.dropLast()) + [slash]
    let temporary = base + Array(".forensicctl-drop-\(getpid())".utf8CString.dropLast())
    var parts = [Part]()
    for (index, source) in ([sidecar(of: file)].compactMap { $0 } + [file]).enumerated() {
      let name = name(of: source)
      let draft = temporary + Array("-\(index)".utf8CString.dropLast())
      do {
        try copyBytes(of: source, to: draft)
      } catch {
        throw discard(parts.map(\.draft), error)
      }
      parts.append(Part(source: source, draft: draft, name: name))
    }
    if try move(parts, to: base) { return }
    if isFlat {
      // A sidecar alone belongs to the very name that it has.
      if !isSidecar(file) {
        for number in 2..<10_000 where try move(renamed(parts, number), to: base) { return }
      }
      let taken = SystemError(action: "copy", path: text(file), code: EEXIST)
      throw discard(parts.map(\.draft), taken)
    }
    let stamp = "drop-\(Timestamp.now.milliseconds)-XXXXXX"
    var folder = base + Array(stamp.utf8CString)
    guard mkdtemp(&folder) != nil, chmod(folder, 0o775) == 0 else {
      throw discard(parts.map(\.draft), failure("create a folder in", base))
    }
    guard try move(parts, to: folder.dropLast() + [slash]) else {
      throw discard(parts.map(\.draft), failure("copy", file))
    }
  }

  /// Whether this is the sidecar of another of these files, which takes it along.
  static func goesAlong(_ file: Path, with files: Set<Path>) -> Bool {
    isSidecar(file) && files.contains(Array(file.dropLast(Sidecar.ending.utf8.count)))
  }

  /// Whether the service takes this file for no exhibit of its own.
  static func isSidecar(_ file: Path) -> Bool {
    Sidecar.isName(name(of: file).map { UInt8(bitPattern: $0) })
  }

  /// Whether the service looks at a file of this name, if only for another's sake.
  private static func isTaken(_ file: Path) -> Bool {
    isSidecar(file) || NameFilter().takes(name(of: file).map { UInt8(bitPattern: $0) })
  }

  private static func name(of file: Path) -> Path {
    file.split(separator: slash).last.map(Array.init) ?? file
  }

  private static func sidecar(of file: Path) -> Path? {
    let path = file + Array(Sidecar.ending.utf8CString.dropLast())
    var status = stat()
    return lstat(path + [0], &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? path : nil
  }

  /// A copy that waits under a hidden name for its own.
  private struct Part {
    var source: Path
    var draft: Path
    var name: Path
  }

  /// The parts under another name: `a.jpg` as `a-2.jpg`, its sidecar as `a-2.jpg.case.toml`.
  private static func renamed(_ parts: [Part], _ number: Int) -> [Part] {
    guard let file = parts.last else { return parts }
    let point = file.name.lastIndex(of: CChar(0x2e)) ?? file.name.endIndex
    let name =
      file.name[..<point] + Array("-\(number)".utf8CString.dropLast()) + file.name[point...]
    return parts.map { part in
      var part = part
      part.name = Array(name + part.name.dropFirst(file.name.count))
      return part
    }
  }

  /// Gives all of them their names in a folder; false, and none has its name, where one is taken.
  private static func move(_ parts: [Part], to folder: Path) throws(SystemError) -> Bool {
    for (index, part) in parts.enumerated() {
      let renamed = fcl_rename_new(
        AT_FDCWD, part.draft + [0], AT_FDCWD, folder + part.name + [0])
      if renamed == 0 { continue }
      for earlier in parts[..<index] { rename(folder + earlier.name + [0], earlier.draft + [0]) }
      if renamed == EEXIST { return false }
      errno = renamed
      throw discard(parts.map(\.draft), failure("copy", part.source))
    }
    return true
  }

  private static let slash = CChar(0x2f)

  private static func copyBytes(of file: Path, to target: Path) throws(SystemError) {
    let source = open(file + [0], O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw failure("read", file) }
    defer { close(source) }
    let copy = open(target + [0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o664)
    guard copy >= 0 else { throw failure("create", target) }
    defer { close(copy) }
    while true {
      let count = sendfile(copy, source, nil, 1 << 24)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw discard([target], failure("copy", file)) }
      if count == 0 { break }
    }
    // Reports tell when a file was modified: that is the original's time, not the copy's.
    var status = stat()
    guard fstat(source, &status) == 0, futimens(copy, [status.st_atim, status.st_mtim]) == 0
    else { throw discard([target], failure("keep the time of", file)) }
  }

  /// Takes half-made copies away and hands the error on.
  private static func discard(_ copies: [Path], _ error: SystemError) -> SystemError {
    for copy in copies { unlink(copy + [0]) }
    return error
  }

  private static func files(below folder: Path) throws(SystemError) -> [Path] {
    var found = [Path]()
    for entry in try entries(of: folder) {
      var status = stat()
      guard lstat(entry + [0], &status) == 0 else { throw failure("read", entry) }
      switch status.st_mode & S_IFMT {
      case S_IFREG: if isTaken(entry) { found.append(entry) }
      case S_IFDIR: found += try files(below: entry)
      default: continue
      }
    }
    return found
  }

  private static func entries(of folder: Path) throws(SystemError) -> [Path] {
    guard let directory = opendir(folder + [0]) else { throw failure("read", folder) }
    defer { closedir(directory) }
    var names = [Path]()
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { Array(String.bytes($0)) }
      }
      if name.first != CChar(0x2e) { names.append(folder + [slash] + name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func failure(_ action: String, _ path: Path) -> SystemError {
    let code = errno
    return SystemError(action: action, path: text(path), code: code)
  }

  private static func text(_ path: Path) -> String {
    String(decoding: path.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension String {
  /// The bytes of a C string, without the closing NUL.
  fileprivate static func bytes(_ pointer: UnsafePointer<CChar>) -> UnsafeBufferPointer<CChar> {
    UnsafeBufferPointer(start: pointer, count: strlen(pointer))
  }
}
