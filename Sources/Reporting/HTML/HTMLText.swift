import Mustache

/// Escaping for HTML text and quoted attributes.
///
/// Hostile text appears as text: markup is escaped, and every control, format and direction mark
/// is written as `\u{…}` (`String.madeVisible`), so that nothing in a file can hide or reverse
/// what stands on the page.
struct HTMLText: MustacheContentType {
  /// The content type under this name is in force in every template (see `Templates`), in place
  /// of the library's own, which walks the text by grapheme and leaves format marks alone.
  static let name = "FORENSIC-HTML"

  func escapeText(_ text: String) -> String { Self.escape(text) }

  /// Escapes `& < > " '` and makes the invisible visible.
  static func escape(_ text: String) -> String {
    let plain = text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isPlain) }
    if plain == true { return text }
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count + 32)
    for scalar in text.unicodeScalars { append(scalar, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20..<0x7F:
      byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
        && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
    default: false
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    switch scalar {
    case "&": output.append(contentsOf: "&amp;".utf8)
    case "<": output.append(contentsOf: "&lt;".utf8)
    case ">": output.append(contentsOf: "&gt;".utf8)
    case "\"": output.append(contentsOf: "&quot;".utf8)
    case "'": output.append(contentsOf: "&#39;".utf8)
    case " "..."~": output.append(UInt8(truncatingIfNeeded: scalar.value))
    default:
      if scalar.isInvisible {
        output.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
      } else {
        output.append(contentsOf: String(scalar).utf8)
      }
    }
  }
}
