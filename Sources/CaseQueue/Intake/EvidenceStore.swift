import CLinux
import ForensicCore
import Glibc
import Synchronization

/// The originals that were archived or copied, by their digests: `3f/9a1c…`. Nothing in it is
/// ever changed; the same bytes are kept once.
package final class EvidenceStore: Sendable {
  package let root: Folder
  let crash: CrashSwitch
  let room: DiskRoom
  /// Told of what a person should know.
  let tell: @Sendable (String) -> Void
  private let monitor = Monitor()
  private let inHand = Mutex(Set<SHA256Digest>())

  package init(
    path: String, crash: CrashSwitch, room: DiskRoom = DiskRoom(),
    tell: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(QueueError) {
    try Folder.make(path: path, mode: 0o750)
    root = try Folder(path: path)
    self.crash = crash
    self.room = room
    self.tell = tell
  }

  static func shelf(_ digest: SHA256Digest) -> [UInt8] { Array(digest.hex.utf8.prefix(2)) }

  static func name(_ digest: SHA256Digest) -> [UInt8] {
    Array(digest.hex.utf8.dropFirst(2))
  }

  /// The stored original, open for reading; `nil` where there is none.
  package func open(_ digest: SHA256Digest) -> OpenFile? {
    guard let shelf = try? Folder(below: root, Self.shelf(digest)) else { return nil }
    return try? OpenFile(
      at: shelf.descriptor, Self.name(digest), flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }

  /// Whether a file of that name and size is there. What its bytes are, `keeps` tells.
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

  /// Stores the file behind a descriptor and flushes it to disk. Nothing may have its name.
  package func add(
    _ file: OpenFile, digest: SHA256Digest, size: Int, hasher: FileHasher
  ) throws {
    try draft(file, digest: digest, size: size, hasher: hasher, flushes: true)
    try place(digest, size: size, flushes: true)
  }

  /// Gives a draft its name; no draft is left where that fails.
  func place(_ digest: SHA256Digest, size: Int, flushes: Bool) throws {
    try removing(Self.draftName(digest)) {
      let shelfName = Self.shelf(digest)
      if !root.exists(shelfName) { try root.make(shelfName, mode: 0o750) }
      let shelf = try Folder(below: root, shelfName)
      let renaming = try root.rename(Self.draftName(digest), to: shelf, Self.name(digest))
      if flushes { try shelf.sync() }
      guard renaming == .done, holds(digest, size: size) else {
        throw QueueError(code: "system", message: "the original could not be stored as evidence")
      }
    }
    try crash.pass(.evidenceInPlace)
  }

  /// Flushes the whole store to disk.
  func flush() throws(QueueError) {
    let failure = fcl_syncfs(root.descriptor)
    guard failure == 0 else { throw .system(failure, "cannot flush the evidence store") }
  }

  /// Runs `body` while nobody else handles the original with this digest.
  func exclusively<Value>(
    _ digest: SHA256Digest, _ hasher: FileHasher, _ body: () throws -> Value
  ) rethrows -> Value {
    claim(digest, hasher)
    defer { release(digest) }
    return try body()
  }

  /// Waits until nobody else handles it. That may take as long as a large file is copied, so the
  /// hasher is told as if this were its own work.
  func claim(_ digest: SHA256Digest, _ hasher: FileHasher) {
    monitor.locked {
      while !inHand.withLock({ $0.insert(digest).inserted }) {
        monitor.wait(until: Clock.monotonic() + 1_000_000_000)
        hasher.isAtWork()
      }
    }
  }

  func release(_ digest: SHA256Digest) {
    monitor.locked {
      _ = inHand.withLock { $0.remove(digest) }
      monitor.wakeAll()
    }
  }
}
