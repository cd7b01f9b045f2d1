import CLinux
import ForensicCore
import Glibc

/// What is on its way into the store: hidden files at its top. None is left by a step that fails,
/// since half a copy of a large file can be all the room there was.
extension EvidenceStore {
  static func draftName(_ digest: SHA256Digest) -> [UInt8] { Array(".tmp-\(digest.hex)".utf8) }

  func removeDraft(_ digest: SHA256Digest) { root.remove(Self.draftName(digest)) }

  /// Makes a draft of the file behind a descriptor.
  func draft(
    _ file: OpenFile, digest: SHA256Digest, size: Int, hasher: FileHasher, flushes: Bool
  ) throws {
    removeDraft(digest)
    let copy = try copy(
      file, to: Self.draftName(digest), digest: digest, size: size, called: "file",
      hasher: hasher)
    if flushes { try removing(Self.draftName(digest)) { try copy.sync() } }
    try crash.pass(.evidenceDrafted)
  }

  /// Copies a file to a new draft, which is not yet flushed. Always to a file of the service's own:
  /// whoever dropped the first one may have it open, or a second link to it, and change what would
  /// be taken for evidence.
  ///
  /// - Parameter what: what an error calls the file.
  /// - Throws: `file.changed` where its bytes are not those of the digest; `evidence.no-room`.
  func copy(
    _ file: OpenFile, to draft: [UInt8], digest: SHA256Digest, size: Int, called what: String,
    hasher: FileHasher
  ) throws -> OpenFile {
    let copy = try OpenFile(
      at: root.descriptor, draft, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o440)
    return try removing(draft) {
      let result: FileHasher.Result?
      if room.mayClone, fcl_clone(copy.descriptor, file.descriptor) == 0 {
        // Takes no room; and what counts is what the clone holds, whatever becomes of the other.
        result = try hasher.hash(copy, length: size)
      } else {
        try room.require(size, in: root)
        result = try hasher.hash(file, length: size, copy: copy)
      }
      guard let result else { throw CancellationError() }
      guard result.digest == digest else {
        throw QueueError(code: "file.changed", message: "the \(what) changed while it was copied")
      }
      // All that is left of it where the journal is lost.
      copy.setModified(try file.facts().modified)
      return copy
    }
  }

  /// Runs a step, and removes the draft where it fails.
  func removing<Value>(_ draft: [UInt8], after step: () throws -> Value) throws -> Value {
    do { return try step() } catch {
      root.remove(draft)
      throw error
    }
  }
}
