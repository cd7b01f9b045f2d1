/// One JUMBF superbox (ISO/IEC 19566-5:2023, annex A): a description box, then content boxes,
/// which may be superboxes again.
package struct JUMBFBox: Hashable, Sendable {
  /// A content box that is no superbox: `cbor`, `json`, `bfdb`, `bidb`, `uuid`, `c2sh`, …
  package struct Content: Hashable, Sendable {
    /// The four characters of its type.
    package var type: String
    /// Its payload, counted from the start of the store.
    package var payload: Range<Int>
  }

  /// The 16 bytes of the type in the description box.
  package var type: JUMBFType
  /// `nil` where the description box has none.
  package var label: String?
  /// The whole superbox with its header, counted from the start of the store.
  package var range: Range<Int>
  /// The superbox without its header: what a `hashed_uri` hashes (C2PA, "Hashing JUMBF Boxes").
  package var payload: Range<Int>
  /// Superboxes inside, in file order.
  package var children: [JUMBFBox]
  /// Other boxes inside, in file order.
  package var contents: [Content]

  /// The first superbox inside with a label.
  func child(_ label: String) -> JUMBFBox? { children.first { $0.label == label } }

  /// The first content box of a type.
  func content(_ type: String) -> Range<Int>? { contents.first { $0.type == type }?.payload }
}

/// The type of a JUMBF superbox. All of C2PA's differ in their first four bytes only and go on
/// with the ISO base `0011-0010-8000-00AA00389B71`.
package enum JUMBFType: Hashable, Sendable {
  /// `63327061-…`: a manifest store.
  case manifestStore
  /// `63326D61-…`, or `63326D64-…`, which is read the same.
  case standardManifest
  /// `6332756D-…`
  case updateManifest
  /// `6332746D-…`: a time-stamp manifest, deprecated.
  case timeStampManifest
  /// `6332636D-…`
  case compressedManifest
  /// `6332636C-…`
  case claim
  /// `63326373-…`
  case signature
  /// `63326173-…`
  case assertionStore
  /// `63327663-…`
  case credentialStore
  /// `63326462-…`
  case dataBoxStore
  case json
  case cbor
  case uuid
  /// `40CB0C32-…`: a file with its media type.
  case embeddedFile
  case other([UInt8])

  private static let isoBase: [UInt8] = [0, 0x11, 0, 0x10, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
  private static let file: [UInt8] = [
    0x40, 0xCB, 0x0C, 0x32, 0xBB, 0x8A, 0x48, 0x9D, 0xA7, 0x0B, 0x2A, 0xD6, 0xF4, 0x7F, 0x43, 0x69,
  ]

  init(_ bytes: [UInt8]) {
    guard bytes.count == 16, bytes[4...].elementsEqual(Self.isoBase) else {
      self = bytes == Self.file ? .embeddedFile : .other(bytes)
      return
    }
    switch String(decoding: bytes[..<4], as: UTF8.self) {
    case "c2pa": self = .manifestStore
    case "c2ma", "c2md": self = .standardManifest
    case "c2um": self = .updateManifest
    case "c2tm": self = .timeStampManifest
    case "c2cm": self = .compressedManifest
    case "c2cl": self = .claim
    case "c2cs": self = .signature
    case "c2as": self = .assertionStore
    case "c2vc": self = .credentialStore
    case "c2db": self = .dataBoxStore
    case "json": self = .json
    case "cbor": self = .cbor
    case "uuid": self = .uuid
    default: self = .other(bytes)
    }
  }
}
