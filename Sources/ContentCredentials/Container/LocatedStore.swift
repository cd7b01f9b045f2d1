/// A manifest store as its container holds it.
package struct LocatedStore: Hashable, Sendable {
  /// The JUMBF bytes, put together.
  package var bytes: [UInt8]
  /// Where it lies in the file, headers of segments or chunks included, in file order.
  package var ranges: [Range<Int>]
  /// What a person calls the place: `APP11`, `caBX`, `C2PA`.
  package var place: String

  /// From its first to its last byte in the file; segments of others between them included.
  var span: Range<Int> {
    guard let first = ranges.first, let last = ranges.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }
}

/// What a container holds of Content Credentials.
package enum StoreLocation: Hashable, Sendable {
  case none
  case found(LocatedStore)
  /// More than one store: the standard tells validators to take none of them ("Locating the
  /// Active Manifest").
  case several(count: Int)
  case broken(CredentialError)
  /// JUMBF that does not tell what it is: perhaps a store, perhaps not.
  case unidentified(CredentialError)
}

/// A piece of a container: what a general box hash names (C2PA, "General box hash").
struct ContainerBox: Hashable, Sendable {
  /// The marker's or chunk's name; `C2PA` for the manifest store.
  var name: String
  /// Header, payload and, after SOS, the entropy-coded data.
  var range: Range<Int>
  /// Whether it is a restart marker, which lies within the box of the scan. The standard does not
  /// count them; the reference library lists each besides.
  var isRestart = false
}

/// The place of a manifest store in one kind of container, and the container's boxes.
protocol CredentialContainer {
  static func locate(_ bytes: UnsafeRawBufferPointer, limits: CredentialLimits) -> StoreLocation
  /// The boxes in file order; `nil` where the standard defines no box hash for the container.
  static func boxes(_ bytes: UnsafeRawBufferPointer, store: LocatedStore) -> [ContainerBox]?
  /// What the picture itself is made of, in file order: all but metadata, which a signer may leave out
  /// of the hash.
  static func pictureParts(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>]
  /// The XMP packet of the container's own; `nil` without one.
  static func xmp(_ bytes: UnsafeRawBufferPointer) -> Range<Int>?
}

extension UnsafeRawBufferPointer {
  /// A big-endian number; `nil` beyond the end.
  func big(_ offset: Int, _ count: Int) -> Int? {
    guard offset >= 0, offset <= self.count - count else { return nil }
    return (0..<count).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
  }

  func little32(_ offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return (0..<4).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
  }

  /// Whether the bytes at an offset are those of a text.
  func holds(_ text: String, at offset: Int) -> Bool {
    let wanted = text.utf8
    guard offset >= 0, offset <= count - wanted.count else { return false }
    return self[offset..<(offset + wanted.count)].elementsEqual(wanted)
  }

  /// Four characters; `nil` beyond the end.
  func name(_ offset: Int) -> String? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return String(decoding: self[offset..<(offset + 4)], as: UTF8.self)
  }
}
