/// Text out of bytes whose encoding nobody declares, or declares wrongly.
package enum ExifText {
  /// Longer texts are cut and end with `…`.
  package static let longest = 16_384

  /// What stands before the first NUL: UTF-8 where it is valid, Latin-1 otherwise (the standard
  /// allows ASCII only; cameras and programs write all three).
  package static func text(
    _ bytes: some Collection<UInt8>, longest: Int = longest
  ) -> String {
    let content = bytes.prefix { $0 != 0 }
    let part = content.prefix(longest)
    // A cut may fall into a character; one that is whole validates with a few bytes fewer.
    if content.count > longest {
      for drop in 0..<4 {
        if let text = String(validating: part.dropLast(drop), as: UTF8.self) {
          return printable(text) + "…"
        }
      }
      return printable(latin1(part)) + "…"
    }
    return printable(String(validating: part, as: UTF8.self) ?? latin1(part))
  }

  /// UTF-16 without a byte order mark, or with one.
  package static func utf16(
    _ bytes: some Collection<UInt8>, bigEndian: Bool, longest: Int = longest
  ) -> String {
    var units = [UInt16]()
    units.reserveCapacity(min(bytes.count / 2, longest))
    var big = bigEndian
    var iterator = bytes.makeIterator()
    while units.count < longest, let first = iterator.next(), let second = iterator.next() {
      let unit = big ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first)
      if unit == 0 { break }
      if units.isEmpty, unit == 0xFFFE || unit == 0xFEFF {
        if unit == 0xFFFE { big.toggle() }
        continue
      }
      units.append(unit)
    }
    return printable(String(decoding: units, as: UTF16.self))
  }

  /// Lower-case hexadecimal of the first 64 bytes, and how many there are if more.
  package static func hex(_ bytes: [UInt8], count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text = [UInt8]()
    for byte in bytes.prefix(64) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    let start = String(decoding: text, as: UTF8.self)
    return count > 64 ? "\(start)… (\(count) bytes)" : start
  }

  /// Whether bytes read as text: printable ASCII, perhaps with NULs at the end.
  package static func isPrintable(_ bytes: [UInt8]) -> Bool {
    let content = bytes.prefix { $0 != 0 }
    return content.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D }
      && bytes[content.count...].allSatisfy { $0 == 0 }
  }

  /// Whether bytes are text in UTF-8, perhaps with NULs at the end: no control characters but line
  /// ends and tabs.
  package static func isUTF8(_ bytes: [UInt8]) -> Bool {
    let content = bytes.prefix { $0 != 0 }
    return !content.isEmpty && bytes[content.count...].allSatisfy { $0 == 0 }
      && content.allSatisfy { $0 >= 0x20 && $0 != 0x7F || [9, 10, 13].contains($0) }
      && String(validating: content, as: UTF8.self) != nil
  }

  /// Without blanks at the end.
  package static func trimmed(_ text: String) -> String {
    var view = Substring(text)
    while let last = view.unicodeScalars.last, last.value == 0x20 || (9...13).contains(last.value) {
      view.unicodeScalars.removeLast()
    }
    return String(view)
  }

  private static func latin1(_ bytes: some Collection<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }

  /// Control characters would act on a terminal: all but line ends and tabs become U+FFFD.
  private static func printable(_ text: String) -> String {
    func acts(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x20 && ![9, 10, 13].contains(scalar.value)
        || (0x7F...0x9F).contains(scalar.value)
    }
    guard text.unicodeScalars.contains(where: acts) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(acts(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }
}
