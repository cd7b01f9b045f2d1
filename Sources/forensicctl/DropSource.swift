import CaseQueue
import ForensicCore
import Glibc
import Service

/// Finds the files that `forensicctl drop` is given. Names are C strings throughout: they need not
/// be UTF-8.
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

  static func name(of file: Path) -> Path {
    file.split(separator: slash).last.map(Array.init) ?? file
  }

  /// The sidecar that lies beside a file.
  static func sidecar(of file: Path) -> Path? {
    let path = file + Array(Sidecar.ending.utf8CString.dropLast())
    var status = stat()
    return lstat(path + [0], &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? path : nil
  }

  private static let slash = CChar(0x2f)

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

  static func failure(_ action: String, _ path: Path) -> SystemError {
    let code = errno
    return SystemError(action: action, path: text(path), code: code)
  }

  static func text(_ path: Path) -> String {
    String(decoding: path.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension String {
  /// The bytes of a C string, without the closing NUL.
  fileprivate static func bytes(_ pointer: UnsafePointer<CChar>) -> UnsafeBufferPointer<CChar> {
    UnsafeBufferPointer(start: pointer, count: strlen(pointer))
  }
}
