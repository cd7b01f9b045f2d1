import Crypto
import ForensicCore
import Glibc

/// SHA-256 of a file through its descriptor, from the first byte to the last.
package struct FileHasher: Sendable {
  package struct Result: Hashable, Sendable {
    package var digest: ForensicCore.SHA256Digest
    /// Bytes that were read: by `hash(_:length:copy:)`, of a file that grew meanwhile, one more than it
    /// had at the start; of one that is longer than it has to be, one more than that.
    package var size: Int
  }

  /// Called after every megabyte; `false` to give up.
  private let goesOn: @Sendable () -> Bool

  package init(goesOn: @escaping @Sendable () -> Bool = { true }) { self.goesOn = goesOn }

  /// Has whoever looks at its progress see some, though it waits for another.
  func isAtWork() { _ = goesOn() }

  /// `nil` when told to give up. Never reads more than one byte beyond the length at the start: a
  /// file that is written faster than it is read would be read for ever.
  ///
  /// - Parameters:
  ///   - length: what the file had when it was looked at before. Whoever has it open can give it any
  ///     other length at no cost, and no more of it is read than shows that.
  ///   - copy: where every block goes too.
  package func hash(
    _ file: OpenFile, length: Int = .max, copy: OpenFile? = nil
  ) throws(QueueError) -> Result? {
    let size = max(0, min(try file.facts().size, length, .max - 1))
    return try Self.hash(first: size + 1, of: file, copy: copy) { _ in goesOn() }
  }

  /// The loop that all hashing of files goes through: the first bytes of a file, fewer where it ends
  /// before.
  ///
  /// - Parameter goesOn: called after every megabyte with the bytes that are done; `false` to give up.
  /// - Returns: `nil` where it was given up.
  package static func hash(
    first limit: Int, of file: OpenFile, copy: OpenFile? = nil, goesOn: (Int) -> Bool
  ) throws(QueueError) -> Result? {
    posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    var hasher = SHA256()
    var offset = 0
    let most = max(4096, min(limit, 1 << 20))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: most, alignment: 4096)
    defer { buffer.deallocate() }
    while offset < limit {
      let count = pread(file.descriptor, buffer.baseAddress, min(most, limit - offset), offset)
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(errno, "cannot read the file")
      }
      if count == 0 { break }
      let block = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hasher.update(bufferPointer: block)
      if let copy {
        let failure = copy.put(block)
        guard failure == 0 else { throw .system(failure, "cannot copy the file") }
      }
      offset += count
      if offset >= 1 << 20 && !goesOn(offset) { return nil }
    }
    guard let digest = ForensicCore.SHA256Digest(bytes: hasher.finalize()) else {
      throw QueueError(code: "system", message: "the digest is not 32 bytes long")
    }
    return Result(digest: digest, size: offset)
  }
}
