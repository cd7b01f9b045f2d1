/// A block of metadata that ImageMagick and its kin keep in PNG text, from before the format had places
/// for it: keyword `Raw profile type NAME`, and a text of the name, the length and hexadecimal digits.
enum RawProfile {
  /// From the byte order mark on.
  case exif([UInt8])
  /// Photoshop's image resources.
  case iptc([UInt8])
  case xmp([UInt8])

  /// More bytes than this are not read.
  private static let longest = 2 << 20

  private static let exifMark = Array("Exif\0\0".utf8)
  private static let xmpMark = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
  private static let photoshopMark = Array("Photoshop 3.0\0".utf8)

  /// `nil` for other texts, profiles of other kinds, and what is no hexadecimal.
  init?(_ text: PNGText) {
    let prefix = "Raw profile type "
    guard text.keyword.hasPrefix(prefix), let bytes = Self.bytes(text.text) else { return nil }
    func without(_ mark: [UInt8]) -> [UInt8] {
      bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    }
    switch text.keyword.dropFirst(prefix.count).lowercased() {
    case "exif": self = .exif(without(Self.exifMark))
    case "app1" where bytes.starts(with: Self.exifMark): self = .exif(without(Self.exifMark))
    case "app1" where bytes.starts(with: Self.xmpMark): self = .xmp(without(Self.xmpMark))
    case "xmp": self = .xmp(without(Self.xmpMark))
    case "iptc", "8bim": self = .iptc(without(Self.photoshopMark))
    default: return nil
    }
  }

  /// What the digits say, as many bytes as are announced.
  private static func bytes(_ text: String) -> [UInt8]? {
    let parts = text.utf8.split(maxSplits: 2, whereSeparator: isBlank)
    guard parts.count == 3, let length = Int(Substring(parts[1])), (1...longest).contains(length)
    else { return nil }
    var bytes = [UInt8]()
    bytes.reserveCapacity(min(length, parts[2].count / 2))
    var high: UInt8?
    for digit in parts[2] where !isBlank(digit) {
      guard let value = value(digit) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
        if bytes.count == length { return bytes }
      } else {
        high = value
      }
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
