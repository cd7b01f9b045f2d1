extension JSONScanner {
  /// The text of a string, escapes resolved; `nil` where it is not UTF-8 or holds half of a
  /// surrogate pair.
  package func text(_ span: StringSpan) -> String? {
    guard span.escaped else { return String(validating: bytes[span.range], as: UTF8.self) }
    var units = [UInt8]()
    units.reserveCapacity(span.range.count)
    var index = span.range.lowerBound
    while index < span.range.upperBound {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\") else {
        units.append(byte)
        continue
      }
      let kind = bytes[index]
      index += 1
      if kind != UInt8(ascii: "u") {
        units.append(Self.character(ofEscape: kind))
        continue
      }
      var value = codeUnit(at: index)
      index += 4
      if (0xD800...0xDBFF).contains(value) {
        guard index + 6 <= span.range.upperBound, bytes[index] == UInt8(ascii: "\\"),
          bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        let low = codeUnit(at: index + 2)
        guard (0xDC00...0xDFFF).contains(low) else { return nil }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        index += 6
      }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      units.append(contentsOf: String(Character(scalar)).utf8)
    }
    return String(validating: units, as: UTF8.self)
  }

  private func codeUnit(at index: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 << 4 | (Self.hexValue(bytes[index + $1]) ?? 0) }
  }

  private static func character(ofEscape kind: UInt8) -> UInt8 {
    switch kind {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: kind
    }
  }
}
