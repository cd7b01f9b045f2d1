/// The five directories of an EXIF block (CIPA DC-008, 4.6.2), numbered as libexif does, in the
/// order in which they are reported.
package enum ExifDirectory: UInt8, CaseIterable, Hashable, Sendable {
  case ifd0 = 0
  case ifd1 = 1
  case exif = 2
  case gps = 3
  case interop = 4

  /// The name in reports.
  package var name: String {
    switch self {
    case .ifd0: "IFD0"
    case .ifd1: "IFD1"
    case .exif: "ExifIFD"
    case .gps: "GPS"
    case .interop: "InteropIFD"
    }
  }
}

/// One field of a directory as it stands in the block, before its value is read.
package struct ExifField: Hashable, Sendable {
  package var directory: ExifDirectory
  package var tag: Int
  /// TIFF field type, 1…13.
  package var format: Int
  /// The number of values, as announced.
  package var count: Int
  /// Where the value lies in the TIFF block; within it.
  package var offset: Int
  /// `count` × the size of one value, in bytes.
  package var length: Int
  /// Where the field's own twelve bytes lie in the block.
  package var position: Int
  /// The value's bytes as libexif gave them; `nil` where it has no such entry.
  package var value: [UInt8]?

  package init(
    directory: ExifDirectory, tag: Int, format: Int, count: Int, offset: Int, length: Int,
    position: Int, value: [UInt8]? = nil
  ) {
    self.directory = directory
    self.tag = tag
    self.format = format
    self.count = count
    self.offset = offset
    self.length = length
    self.position = position
    self.value = value
  }

  /// Bytes a value of a TIFF field type (TIFF 6.0, section 2); `nil` for unknown types.
  package static func size(ofFormat format: Int) -> Int? {
    switch format {
    case 1, 2, 6, 7: 1
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12: 8
    default: nil
    }
  }
}

/// Something broken in an EXIF block.
package struct ExifProblem: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case header = "no TIFF header"
    case directoryOutside = "directory outside the block"
    case directoryCut = "directory cut short"
    case loop = "directory pointed to twice"
    case pointerType = "pointer of the wrong type"
    case unknownFormat = "field of unknown type"
    case valueOutside = "value outside the block"
    case duplicate = "field given twice"
    case tooMany = "too many fields"
    case thumbnailOutside = "thumbnail outside the block"
  }

  package var kind: Kind
  /// Where, in words: the directory and the tag.
  package var place: String
}
