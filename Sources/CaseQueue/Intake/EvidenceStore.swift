import CLinux
import ForensicCore
import Glibc
import Synchronization

/// The originals that were archived or copied, by their digests: `3f/9a1c…`. Nothing in it is
/// ever changed; the same bytes are kept once.
package final class EvidenceStore: Sendable {
  package let root: Folder
  let crash: CrashSwitch
  private let monitor = Monitor()
  private let inHand = Mutex(Set<SHA256Digest>())

  package init(path: String, crash: CrashSwitch) throws(QueueError) {
    try Folder.make(path: path, mode: 0o750)
    root = try Folder(path: path)
    self.crash = crash
  }

  static func shelf(_ digest: SHA256Digest) -> [UInt8] { Array(digest.hex.utf8.prefix(2)) }

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

  /// Every digest on the shelves that changed after a time, milliseconds since 1970.
  package func digests(changedSince time: Int64) -> [SHA256Digest] {
    ((try? root.names()) ?? []).filter { $0.count == 2 }.flatMap { shelf -> [SHA256Digest] in
      guard let folder = try? Folder(below: root, shelf),
        let changed = try? folder.file.facts().modified, changed / 1_000_000 > time
      else { return [] }
      let names = (try? folder.names()) ?? []
      return names.compactMap { SHA256Digest(hex: String(decoding: shelf + $0, as: UTF8.self)) }
    }
  }

  /// Removes what a killed run left half-written.
  package func removeDrafts() throws(QueueError) {
    for name in try root.names() where name.starts(with: ".tmp-".utf8) { root.remove(name) }
  }

  /// Stores the file behind a descriptor and flushes it to disk.
  package func add(
    _ file: OpenFile, digest: SHA256Digest, size: Int, mayLink: Bool, hasher: FileHasher
  ) throws {
    if holds(digest, size: size) { return }
    try draft(file, digest: digest, mayLink: mayLink, hasher: hasher, flushes: true)
    try place(digest, size: size, flushes: true)
  }

  /// Makes a draft of the file behind a descriptor. Without copying where the store may have the
  /// very inode (archiving, same file system, a file of our own): the descriptor's, so that
  /// nothing can be slipped in by renaming.
  func draft(
    _ file: OpenFile, digest: SHA256Digest, mayLink: Bool, hasher: FileHasher, flushes: Bool
  ) throws {
    let draft = Self.draftName(digest)
    root.remove(draft)
    if mayLink && link(file, draft) {
      if flushes { try file.sync() }
    } else {
      let copy = try copy(file, to: draft, digest: digest, called: "file", hasher: hasher)
      if flushes { try copy.sync() }
    }
    try crash.pass(.evidenceDrafted)
  }

  /// Copies a file to a new draft, which is not yet flushed.
  ///
  /// - Parameter what: what an error calls the file.
  /// - Throws: `file.changed`, and no draft is left, where its bytes are not those of the digest.
  func copy(
    _ file: OpenFile, to draft: [UInt8], digest: SHA256Digest, called what: String,
    hasher: FileHasher
  ) throws -> OpenFile {
    let copy = try OpenFile(
      at: root.descriptor, draft, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o440)
    guard let result = try hasher.hash(file, copy: copy) else { throw CancellationError() }
    guard result.digest == digest else {
      root.remove(draft)
      throw QueueError(code: "file.changed", message: "the \(what) changed while it was copied")
    }
    return copy
  }

  /// Gives a draft its name. A file of that name and another size would be damage: it gives way.
  func place(_ digest: SHA256Digest, size: Int, flushes: Bool) throws {
    let shelfName = Self.shelf(digest)
    if !root.exists(shelfName) { try root.make(shelfName, mode: 0o750) }
    let shelf = try Folder(below: root, shelfName)
    _ = Self.name(digest).withCPath { name in
      Self.draftName(digest).withCPath { renameat(root.descriptor, $0, shelf.descriptor, name) }
    }
    if flushes { try shelf.sync() }
    guard holds(digest, size: size) else {
      throw QueueError(code: "system", message: "the original could not be stored as evidence")
    }
    try crash.pass(.evidenceInPlace)
  }

  /// Flushes the whole store to disk.
  func flush() throws(QueueError) {
    let failure = fcl_syncfs(root.descriptor)
    guard failure == 0 else { throw .system(failure, "cannot flush the evidence store") }
  }

  private static func draftName(_ digest: SHA256Digest) -> [UInt8] {
    Array(".tmp-\(digest.hex)".utf8)
  }

  private func link(_ file: OpenFile, _ draft: [UInt8]) -> Bool {
    draft.withCPath { name in
      linkat(
        AT_FDCWD, "/proc/self/fd/\(file.descriptor)", root.descriptor, name, AT_SYMLINK_FOLLOW)
    } == 0
  }

  /// Runs `body` while nobody else handles the original with this digest.
  func exclusively<Value>(_ digest: SHA256Digest, _ body: () throws -> Value) rethrows -> Value {
    claim(digest)
    defer { release(digest) }
    return try body()
  }

  func claim(_ digest: SHA256Digest) {
    monitor.locked {
      while !inHand.withLock({ $0.insert(digest).inserted }) { monitor.wait(until: nil) }
    }
  }

  func release(_ digest: SHA256Digest) {
    monitor.locked {
      _ = inHand.withLock { $0.remove(digest) }
      monitor.wakeAll()
    }
  }
}
