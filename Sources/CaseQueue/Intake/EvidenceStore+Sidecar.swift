import ForensicCore
import Glibc

/// Sidecars lie beside their picture, `3f/9a1c….27b4….case.toml`: the picture's digest, then their
/// own, so that one picture can belong to several cases and none of its sidecars is lost.
extension EvidenceStore {
  static func name(_ digest: SHA256Digest, of picture: SHA256Digest) -> [UInt8] {
    Array(picture.hex.utf8.dropFirst(2)) + Array(".\(digest.hex)\(Sidecar.ending)".utf8)
  }

  /// The stored sidecar, open for reading; `nil` where there is none.
  package func open(sidecar digest: SHA256Digest, of picture: SHA256Digest) -> OpenFile? {
    guard let shelf = try? Folder(below: root, Self.shelf(picture)) else { return nil }
    return try? OpenFile(
      at: shelf.descriptor, Self.name(digest, of: picture),
      flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }

  package func holds(sidecar digest: SHA256Digest, of picture: SHA256Digest) -> Bool {
    open(sidecar: digest, of: picture) != nil
  }

  /// The digests of a picture's stored sidecars.
  package func sidecars(of picture: SHA256Digest) -> [SHA256Digest] {
    guard let shelf = try? Folder(below: root, Self.shelf(picture)) else { return [] }
    let start = Array(picture.hex.utf8.dropFirst(2)) + [UInt8(ascii: ".")]
    return ((try? shelf.names()) ?? []).filter { $0.starts(with: start) && Sidecar.isName($0) }
      .compactMap { name in
        let digits = name.dropFirst(start.count).dropLast(Sidecar.ending.utf8.count)
        return SHA256Digest(hex: String(decoding: digits, as: UTF8.self))
      }
  }

  /// Stores a sidecar and flushes it to disk. Always a copy: it is small.
  func add(
    sidecar file: OpenFile, digest: SHA256Digest, size: Int, of picture: SHA256Digest,
    hasher: FileHasher
  ) throws {
    let draft = Array(".tmp-\(picture.hex)\(Sidecar.ending)".utf8)
    root.remove(draft)
    let copy = try copy(
      file, to: draft, digest: digest, size: size, called: "sidecar", hasher: hasher)
    try removing(draft) { try copy.sync() }
    try crash.pass(.sidecarDrafted)
    try removing(draft) {
      try root.make(Self.shelf(picture), mode: 0o750)
      let shelf = try Folder(below: root, Self.shelf(picture))
      if try root.rename(draft, to: shelf, Self.name(digest, of: picture)) == .taken {
        root.remove(draft)
      }
      try shelf.sync()
    }
    try crash.pass(.sidecarInPlace)
  }
}
