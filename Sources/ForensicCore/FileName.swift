/// A file name as the kernel knows it: 1 to 255 bytes, any but `/` and NUL, in no particular
/// encoding. Kept as bytes so that a name in Latin-1, or with a newline in it, is the same name
/// on the way out as on the way in.
public struct FileName: Hashable, Sendable {
  /// The bytes as `readdir(3)` gave them.
  public let bytes: [UInt8]

  public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  public init(_ string: String) { self.bytes = Array(string.utf8) }

  /// The name as text: exact when the bytes are UTF-8, with U+FFFD for what is not.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether `text` stands for these bytes and no others.
  public var isUTF8: Bool { Array(text.utf8) == bytes }

  /// The bytes as hexadecimal digits: what a report carries when `text` cannot be exact.
  public var hex: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// The name for one line of a terminal or a page: control characters, line breaks and the
  /// marks that reverse the reading direction are written as `\u{…}`, so that a name can neither
  /// break the layout nor disguise its ending.
  public var display: String { text.madeVisible }
}

extension String {
  /// The string with every control, format and line-separating scalar written as `\u{…}`: safe
  /// on a terminal (no escape sequences) and honest on a page (no hidden direction marks).
  public var madeVisible: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
