import ForensicCore

/// Words of a shell, so that a printed command names the file that it is about.
package enum ShellWord {
  /// The text as one word.
  package static func quoted(_ text: String) -> String { quoted(bytes: Array(text.utf8)) }

  /// A name as one word: plain where that is safe; in single quotes where it can be shown as it
  /// is; in `$'…'` (bash, zsh; POSIX since 2024) with its bytes spelled out where it cannot.
  package static func quoted(bytes: [UInt8]) -> String {
    if !bytes.isEmpty, bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
    guard let text = String(validating: bytes, as: UTF8.self), text.madeVisible == text else {
      return "$'" + bytes.map(spelled).joined() + "'"
    }
    return "'" + text.replacing("'", with: "'\\''") + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-./,:=@%+".utf8.contains(byte)
    }
  }

  private static func spelled(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\n"): "\\n"
    case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
    case 0x20..<0x7F: String(UnicodeScalar(byte))
    default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
