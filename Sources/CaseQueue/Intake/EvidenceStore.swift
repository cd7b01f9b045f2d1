import ForensicCore
import Glibc

/// The originals that were archived or copied, by their digests: `3f/9a1c…`. Nothing in it is
/// ever changed; the same bytes are kept once.
package final class EvidenceStore: Sendable {
  package let root: Folder
  private let crash: CrashSwitch

  package init(path: String, crash: CrashSwitch) throws(QueueError) {
    try Folder.make(path: path, mode: 0o750)
    root = try Folder(path: path)
    self.crash = crash
  }

  private static func shelf(_ digest: SHA256Digest) -> [UInt8] { Array(digest.hex.utf8.prefix(2)) }

  private static func name(_ digest: SHA256Digest) -> [UInt8] {
    Array(digest.hex.utf8.dropFirst(2))
  }

  /// The stored original, open for reading; `nil` where there is none.
  package func open(_ digest: SHA256Digest) -> OpenFile? {
    guard let shelf = try? Folder(below: root, Self.shelf(digest)) else { return nil }
    return try? OpenFile(
      at: shelf.descriptor, Self.name(digest), flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }

  package func holds(_ digest: SHA256Digest, size: Int) -> Bool {
    guard let facts = try? open(digest)?.facts() else { return false }
    return facts.isRegular && facts.size == size
  }

  /// Every digest that is stored.
  package func digests() -> [SHA256Digest] {
    ((try? root.names()) ?? []).filter { $0.count == 2 }.flatMap { shelf in
      let names = (try? Folder(below: root, shelf).names()) ?? []
      return names.compactMap { SHA256Digest(hex: String(decoding: shelf + $0, as: UTF8.self)) }
    }
  }

  /// Removes what a killed run left half-written.
  package func removeDrafts() throws(QueueError) {
    for name in try root.names() where name.starts(with: ".tmp-".utf8) { root.remove(name) }
  }

  /// Stores the file behind a descriptor. Without copying where the store may have the very
  /// inode (archiving, same file system, a file of our own): the descriptor's, so that nothing
  /// can be slipped in by renaming.
  package func add(
    _ file: OpenFile, digest: SHA256Digest, size: Int, mayLink: Bool, hasher: FileHasher
  ) throws {
    if holds(digest, size: size) { return }
    let shelfName = Self.shelf(digest)
    try root.make(shelfName, mode: 0o750)
    let shelf = try Folder(below: root, shelfName)
    let draft = Array(".tmp-\(digest.hex)".utf8)
    root.remove(draft)
    if mayLink && link(file, draft) {
      try file.sync()
    } else {
      let copy = try OpenFile(
        at: root.descriptor, draft, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o440)
      guard let result = try hasher.hash(file, copy: copy) else { throw CancellationError() }
      guard result.digest == digest else {
        root.remove(draft)
        throw QueueError(code: "file.changed", message: "the file changed while it was copied")
      }
      try copy.sync()
    }
    try crash.pass(.evidenceDrafted)
    // A wrong-sized file of that name would be damage: it gives way to the right one.
    _ = Self.name(digest).withCPath { name in
      draft.withCPath { renameat(root.descriptor, $0, shelf.descriptor, name) }
    }
    try shelf.sync()
    guard holds(digest, size: size) else {
      throw QueueError(code: "system", message: "the original could not be stored as evidence")
    }
    try crash.pass(.evidenceInPlace)
  }

  private func link(_ file: OpenFile, _ draft: [UInt8]) -> Bool {
    draft.withCPath { name in
      linkat(
        AT_FDCWD, "/proc/self/fd/\(file.descriptor)", root.descriptor, name, AT_SYMLINK_FOLLOW)
    } == 0
  }
}
