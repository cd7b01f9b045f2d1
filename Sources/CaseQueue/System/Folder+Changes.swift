import CLinux
import ForensicCore
import Glibc

extension Folder {
  /// Whether a rename was made or the new name was taken.
  package enum Renaming: Sendable { case done, taken }

  /// Renames without ever replacing anything.
  package func rename(
    _ name: [UInt8], to target: Folder, _ newName: [UInt8]
  ) throws(QueueError) -> Renaming {
    let failure = name.withCPath { old in
      newName.withCPath { fcl_rename_new(descriptor, old, target.descriptor, $0) }
    }
    switch failure {
    case 0: return .done
    case EEXIST, ENOTEMPTY: return .taken
    default: throw .system(failure, "cannot rename \(FileName(bytes: name).display)")
    }
  }

  /// Renames over whatever has that name.
  package func replace(_ newName: [UInt8], by name: [UInt8]) throws(QueueError) {
    let result = name.withCPath { old in
      newName.withCPath { renameat(descriptor, old, descriptor, $0) }
    }
    guard result == 0 else {
      throw .system(errno, "cannot rename \(FileName(bytes: name).display)")
    }
  }

  /// Makes a new file with these bytes. Not flushed to disk. Fails where the name is taken.
  package func write(
    _ name: [UInt8], _ bytes: [UInt8], mode: mode_t = 0o644
  ) throws(QueueError) -> OpenFile {
    let file = try OpenFile(
      at: descriptor, name, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
    try file.write(bytes)
    return file
  }

  /// Puts a file in place of whatever had the name: written beside it, flushed, renamed, flushed.
  package func publish(_ name: [UInt8], _ bytes: [UInt8]) throws(QueueError) {
    let draft = Array(".tmp-".utf8) + name
    remove(draft)
    try write(draft, bytes).sync()
    try replace(name, by: draft)
    try sync()
  }

  /// Removes a file; one that is not there is no failure.
  @discardableResult
  package func remove(_ name: [UInt8]) -> Bool {
    name.withCPath { unlinkat(descriptor, $0, 0) } == 0
  }

  /// Removes a file or a folder with all it holds; links are removed, never followed.
  package func removeTree(_ name: [UInt8]) throws(QueueError) {
    if remove(name) || errno == ENOENT { return }
    let inner = try Folder(below: self, name)
    for entry in try inner.names() { try inner.removeTree(entry) }
    guard name.withCPath({ unlinkat(descriptor, $0, AT_REMOVEDIR) }) == 0 || errno == ENOENT else {
      throw .system(errno, "cannot remove the folder \(FileName(bytes: name).display)")
    }
  }
}
