@_spi(_Unicode) import Swift

/// ftfy's `fix_text` with its defaults (version 6.3): what CLIP's training texts went through
/// before they became tokens.
package enum TextRepair {
  /// The text may hold lone surrogates; the result holds none.
  package static func repair(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var unescapes = true
    var rest = text[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
      let segment = rest.prefix(min(end - rest.startIndex, 1_000_000))
      // From the first markup on, references are left to whoever reads it.
      unescapes = unescapes && !segment.contains(0x3C)
      result += repair(segment: Array(segment), unescaping: unescapes)
      rest = rest.dropFirst(segment.count)
    }
    return result
  }

  private static func repair(segment: [UInt32], unescaping: Bool) -> [UInt32] {
    var text = segment
    while true {
      let before = text
      if unescaping { text = HTMLEntities.unescapeUnambiguous(text) }
      text = EncodingRepair.repair(text)
      text = EncodingRepair.replacingControls(text)
      text = text.flatMap { ligatures[$0] ?? [$0] }
      text = text.flatMap { widths[$0] ?? [$0] }
      text = text.map(straightQuote)
      text = lineBreaks(text)
      text = surrogates(text)
      text = withoutTerminalEscapes(text)
      text = text.filter { !isControl($0) }
      text = composed(text)
      if text == before { return text }
    }
  }

  /// Ligatures of Latin letters, and digraphs that older encodings made necessary.
  private static let ligatures: [UInt32: [UInt32]] = {
    let plain: [(UInt32, String)] = [
      (0x132, "IJ"), (0x133, "ij"), (0x149, "ʼn"), (0x1F1, "DZ"), (0x1F2, "Dz"), (0x1F3, "dz"),
      (0x1C4, "DŽ"), (0x1C5, "Dž"), (0x1C6, "dž"), (0x1C7, "LJ"), (0x1C8, "Lj"), (0x1C9, "lj"),
      (0x1CA, "NJ"), (0x1CB, "Nj"), (0x1CC, "nj"), (0xFB00, "ff"), (0xFB01, "fi"),
      (0xFB02, "fl"), (0xFB03, "ffi"), (0xFB04, "ffl"), (0xFB05, "ſt"), (0xFB06, "st"),
    ]
    return Dictionary(uniqueKeysWithValues: plain.map { ($0, CodePoint.all($1)) })
  }()

  private static let widths: [UInt32: [UInt32]] = {
    var result: [UInt32: [UInt32]] = [0x3000: [0x20]]
    for entry in widthTable.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: "=")
      guard parts.count == 2, let code = UInt32(parts[0], radix: 16) else { continue }
      result[code] = parts[1].split(separator: "+").compactMap { UInt32($0, radix: 16) }
    }
    return result
  }()

  private static func straightQuote(_ code: UInt32) -> UInt32 {
    switch code {
    case 0x02BC, 0x2018...0x201B: 0x27
    case 0x201C...0x201F: 0x22
    default: code
    }
  }

  private static func lineBreaks(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    for (place, code) in text.enumerated() {
      switch code {
      case 0x0D where place + 1 < text.count && text[place + 1] == 0x0A: continue
      case 0x0D, 0x2028, 0x2029, 0x85: result.append(0x0A)
      default: result.append(code)
      }
    }
    return result
  }

  private static func surrogates(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var place = 0
    while place < text.count {
      let code = text[place]
      place += 1
      guard (0xD800...0xDFFF).contains(code) else {
        result.append(code)
        continue
      }
      if code < 0xDC00, place < text.count, (0xDC00...0xDFFF).contains(text[place]) {
        result.append(0x10000 + (code & 0x3FF) << 10 + text[place] & 0x3FF)
        place += 1
      } else {
        result.append(0xFFFD)
      }
    }
    return result
  }

  /// Without `ESC [`, digits and semicolons, letter.
  private static func withoutTerminalEscapes(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var place = 0
    while place < text.count {
      if text[place] == 0x1B, place + 1 < text.count, text[place + 1] == 0x5B {
        let rest = text[(place + 2)...].drop { $0 == 0x3B || isDigit($0) }
        if let letter = rest.first, (0x41...0x5A).contains(letter & ~0x20) {
          place = rest.startIndex + 1
          continue
        }
      }
      result.append(text[place])
      place += 1
    }
    return result
  }

  /// Normalisation form C. Characters that Python does not know yet neither move nor combine.
  private static func composed(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var rest = text[...]
    while let first = rest.first {
      let known = rest.prefix { CodePoint.properties($0) != nil }
      result += CodePoint.string(known)._nfc.map(\.value)
      rest = rest.dropFirst(known.count)
      if known.isEmpty {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func isDigit(_ code: UInt32) -> Bool {
    CodePoint.properties(code)?.generalCategory == .decimalNumber
  }

  private static func isControl(_ code: UInt32) -> Bool {
    switch code {
    case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: true
    default: false
    }
  }
}
