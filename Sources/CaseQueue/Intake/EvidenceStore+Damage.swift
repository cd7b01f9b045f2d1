import ForensicCore
import Glibc

/// A name in the store promises the bytes of that digest. Disks rot, and people with the right to
/// do so change files: before an original is let go on the strength of what was there already, that
/// is read.
extension EvidenceStore {
  /// Whether the very bytes of a digest are there, read whole. What has their name and is something
  /// else is moved aside, told of, and never removed.
  ///
  /// - Throws: `CancellationError` where the hasher was told to give up.
  func keeps(_ digest: SHA256Digest, size: Int, hasher: FileHasher) throws -> Bool {
    guard let file = open(digest) else { return false }
    if try Self.isTrue(file, digest, size: size, hasher) { return true }
    try setAside(Self.name(digest), shelf: Self.shelf(digest))
    return false
  }

  /// The same for a sidecar.
  func keeps(
    sidecar digest: SHA256Digest, of picture: SHA256Digest, size: Int?, hasher: FileHasher
  ) throws -> Bool {
    guard let file = open(sidecar: digest, of: picture) else { return false }
    if try Self.isTrue(file, digest, size: size, hasher) { return true }
    try setAside(Self.name(digest, of: picture), shelf: Self.shelf(picture))
    return false
  }

  private static func isTrue(
    _ file: OpenFile, _ digest: SHA256Digest, size: Int?, _ hasher: FileHasher
  ) throws -> Bool {
    let facts = try file.facts()
    guard facts.isRegular, size == nil || facts.size == size else { return false }
    do {
      guard let result = try hasher.hash(file) else { throw CancellationError() }
      return result.digest == digest
    } catch let error as QueueError where error.systemError == EIO {
      // A disk that cannot give the bytes back does not have them.
      return false
    }
  }

  private func setAside(_ name: [UInt8], shelf shelfName: [UInt8]) throws {
    let shelf = try Folder(below: root, shelfName)
    let aside = name + Array(".damaged-\(Timestamp.now.rfc3339)".utf8)
    guard try shelf.rename(name, to: shelf, aside) == .done else {
      throw QueueError(code: "system", message: "a damaged evidence file cannot be moved aside")
    }
    try shelf.sync()
    let place = FileName(bytes: shelfName.appending(component: aside)).display
    tell("an evidence file no longer had the bytes of its digest; it was moved aside as \(place)")
  }
}
