import CLinux
import ForensicCore
import Glibc
import Service

/// The inbox that `forensicctl drop` copies into. Others may write in it too, by design: whatever is
/// done is done relative to its descriptor, copies are new files of names that cannot be foreseen, and
/// no link that lies in it is followed.
final class DropTarget {
  typealias Path = DropSource.Path

  private let inbox: Int32
  private let path: String
  private let readers: InboxReaders?
  /// Asked between pieces of a file; true gives it up.
  private let isStopping: () -> Bool
  /// The copies that the service may not be able to read.
  private(set) var unreadable = [Path]()
  /// The group that would let it.
  var group: String { readers?.group ?? "" }

  init(inbox path: String, isStopping: @escaping () -> Bool) throws(SystemError) {
    self.path = path
    self.isStopping = isStopping
    // It may be one that only its service can list.
    inbox = Glibc.open(path, FileSystem.pathOnly | O_DIRECTORY | O_CLOEXEC)
    guard inbox >= 0 else { throw SystemError(action: "open the inbox", path: path) }
    readers = InboxReaders(inbox)
  }

  deinit { close(inbox) }

  /// Copies a file into the inbox: under a hidden name first, then under its own, and where that
  /// is taken under another, or in a folder made for it where the inbox `isRecursive`. Its sidecar
  /// goes with it, and is there first.
  ///
  /// - Throws: `ECANCELED` where it was given up; nothing of the file is in the inbox then.
  func take(_ file: Path, isRecursive: Bool) throws(SystemError) {
    var parts = [Part]()
    for source in [DropSource.sidecar(of: file)].compactMap({ $0 }) + [file] {
      do {
        parts.append(try copy(of: source))
      } catch {
        throw discard(parts, error)
      }
    }
    // The last look: from here on it goes in whole.
    guard !isStopping() else { throw discard(parts, given(up: file)) }
    try place(parts, of: file, isRecursive: isRecursive)
    unreadable += parts.filter { !$0.isReadable }.map(\.source)
  }

  private func place(_ parts: [Part], of file: Path, isRecursive: Bool) throws(SystemError) {
    if try move(parts, to: inbox) { return }
    if isRecursive { return try move(parts, toFolderFor: file) }
    // A sidecar alone belongs to the very name that it has.
    if !DropSource.isSidecar(file) {
      for number in 2..<10_000 where try move(renamed(parts, number), to: inbox) { return }
    }
    throw discard(
      parts, SystemError(action: "copy", path: DropSource.text(file), code: EEXIST))
  }

  /// A copy that waits under a hidden name for its own.
  private struct Part {
    var source: Path
    var draft: Path
    var name: Path
    /// Whose files are that this process makes here.
    var owner: uid_t = 0
    var isReadable = true
  }

  /// A name that nobody can lay a link under.
  private static func newName(_ start: String) -> Path {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return Array((start + digits).utf8CString.dropLast())
  }

  private func copy(of file: Path) throws(SystemError) -> Part {
    let source = Glibc.open(file + [0], O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw DropSource.failure("read", file) }
    defer { close(source) }
    var draft = Self.newName(Self.start)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    var copy = openat(inbox, draft + [0], flags, 0o664)
    for _ in 0..<16 where copy < 0 && errno == EEXIST {
      draft = Self.newName(Self.start)
      copy = openat(inbox, draft + [0], flags, 0o664)
    }
    guard copy >= 0 else { throw failure("create a file in") }
    defer { close(copy) }
    var part = Part(source: file, draft: draft, name: DropSource.name(of: file))
    while true {
      guard !isStopping() else { throw discard([part], given(up: file)) }
      let count = sendfile(copy, source, nil, 1 << 22)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw discard([part], DropSource.failure("copy", file)) }
      if count == 0 { break }
    }
    // Reports tell when a file was modified: that is the original's time, not the copy's.
    var (status, own) = (stat(), stat())
    guard fstat(source, &status) == 0, futimens(copy, [status.st_atim, status.st_mtim]) == 0,
      fstat(copy, &own) == 0
    else { throw discard([part], DropSource.failure("keep the time of", file)) }
    if let readers {
      readers.admit(to: copy, of: status)
      part.isReadable = readers.mayRead(copy)
    }
    // A file system across a network tells only now that it has no room.
    guard fsync(copy) == 0 else { throw discard([part], failure("write into")) }
    part.owner = own.st_uid
    return part
  }

  /// The parts under another name: `a.jpg` as `a-2.jpg`, its sidecar as `a-2.jpg.case.toml`.
  private func renamed(_ parts: [Part], _ number: Int) -> [Part] {
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

  /// Gives all of them their names in a new folder below the inbox. It is hidden until they are in it:
  /// the service, which looks into a folder when it appears, may not enter this one at first.
  private func move(_ parts: [Part], toFolderFor file: Path) throws(SystemError) {
    let name = Self.newName(Self.start)
    guard mkdirat(inbox, name + [0], 0o700) == 0 else {
      throw discard(parts, failure("create a folder in"))
    }
    let folder = openat(inbox, name + [0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    defer { if folder >= 0 { close(folder) } }
    do throws(SystemError) {
      try open(folder, madeBy: parts)
      guard try move(parts, to: folder) else {
        throw SystemError(action: "copy", path: DropSource.text(file), code: EEXIST)
      }
      let shown = Self.newName("drop-\(Timestamp.now.milliseconds)-")
      let renamed = fcl_rename_new(inbox, name + [0], inbox, shown + [0])
      guard renamed == 0 else {
        for part in parts { unlinkat(folder, part.name + [0], 0) }
        throw SystemError(action: "create a folder in", path: path, code: renamed)
      }
    } catch {
      unlinkat(inbox, name + [0], AT_REMOVEDIR)
      throw discard(parts, error)
    }
  }

  /// Lets the service, of the same group, take files out of a folder that was just made. Whoever may
  /// write in the inbox may have put another in its place.
  private func open(_ folder: Int32, madeBy parts: [Part]) throws(SystemError) {
    var status = stat()
    guard folder >= 0, fstat(folder, &status) == 0 else { throw failure("create a folder in") }
    guard status.st_uid == parts.last?.owner else {
      throw SystemError(action: "create a folder in", path: path, code: EPERM)
    }
    guard fchmod(folder, status.st_mode & S_ISGID | 0o775) == 0 else {
      throw failure("create a folder in")
    }
  }

  /// Gives all of them their names in a folder; false, and none has its name, where one is taken.
  private func move(_ parts: [Part], to folder: Int32) throws(SystemError) -> Bool {
    for (index, part) in parts.enumerated() {
      let renamed = fcl_rename_new(inbox, part.draft + [0], folder, part.name + [0])
      if renamed == 0 { continue }
      for earlier in parts[..<index] {
        renameat(folder, earlier.name + [0], inbox, earlier.draft + [0])
      }
      if renamed == EEXIST { return false }
      errno = renamed
      throw discard(parts, DropSource.failure("copy", part.source))
    }
    return true
  }

  /// Takes half-made copies away and hands the error on.
  private func discard(_ parts: [Part], _ error: SystemError) -> SystemError {
    for part in parts { unlinkat(inbox, part.draft + [0], 0) }
    return error
  }

  private func given(up file: Path) -> SystemError {
    SystemError(action: "copy", path: DropSource.text(file), code: ECANCELED)
  }

  private func failure(_ action: String) -> SystemError {
    SystemError(action: action, path: path)
  }

  /// How the names begin of what is not whole; the service passes over such names.
  private static let start = ".forensicctl-drop-"
}
