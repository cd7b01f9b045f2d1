/// Undoes the decoding of UTF-8 with another encoding, as ftfy's `fix_encoding` does.
enum EncodingRepair {
  static func repair(_ text: [UInt32]) -> [UInt32] {
    var text = text
    while true {
      let repaired = step(text)
      if repaired == text { return text }
      text = repaired
    }
  }

  private static func step(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 >= 0x80 }), Mojibake.isLikely(in: text) else { return text }
    var latin1: [UInt32]?
    for encoding in SingleByteEncoding.all {
      guard var bytes = encoding.encode(text) else { continue }
      if encoding.name == "latin-1" { latin1 = bytes }
      // In MacRoman it would take a dash and a space for one.
      if encoding.name != "macroman", alteredUTF8.matches(bytes) { bytes = restoringA0(bytes) }
      if encoding.isSloppy { bytes = lossyUTF8.replacing(bytes) { _ in [0xEF, 0xBF, 0xBD] } }
      if let decoded = decode(bytes) { return decoded }
    }
    let embedded = repairingEmbedded(text)
    if embedded != text { return embedded }
    // Control characters of Latin-1 were meant to be those of Windows-1252.
    let meaningless: Set<UInt32> = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
    if let latin1, meaningless.isDisjoint(with: latin1) {
      let decoded = latin1.map { isControl($0) ? windows1252($0) : $0 }
      if decoded != text { return decoded }
    }
    return replacingControls(text)
  }

  /// Control characters U+0080 to U+009F as Windows-1252 reads them.
  static func replacingControls(_ text: [UInt32]) -> [UInt32] {
    text.map { isControl($0) ? windows1252($0) : $0 }
  }

  private static func isControl(_ code: UInt32) -> Bool { (0x80...0x9F).contains(code) }

  private static func windows1252(_ code: UInt32) -> UInt32 {
    SingleByteEncoding.windows1252.character(UInt8(code))
  }

  /// Repairs runs that look like UTF-8 one by one.
  private static func repairingEmbedded(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var place = 0
    while place < text.count {
      guard let length = Mojibake.sequences(in: text, at: place) else {
        result.append(text[place])
        place += 1
        continue
      }
      let run = Array(text[place..<place + length])
      result += length < text.count && Mojibake.isLikely(in: run) ? repair(run) : run
      place += length
    }
    return result
  }

  // The bytes 80…BF, with and without 85 and A0, as classes.
  private static let tail = "[\u{80}-\u{BF}]"
  private static let someTail = "[\u{80}-\u{84}\u{86}-\u{9F}\u{A1}-\u{BF}]"

  /// UTF-8 sequences in which a space stands for the byte A0.
  private static let alteredUTF8 = CodePattern([
    "[\u{C2}\u{C3}\u{C5}\u{CE}\u{D0}\u{D9}][ ]",
    "[\u{E2}\u{E3}][ ]" + someTail,
    "[\u{E0}-\u{E3}]" + someTail + "[ ]",
    "\u{F0}[ ]" + tail + tail,
    "\u{F0}" + tail + "[ ]" + tail,
    "\u{F0}" + tail + tail + "[ ]",
  ])

  /// UTF-8 and CESU-8 sequences in which bytes were lost (1A) or replaced by a question mark.
  private static let lossyUTF8: CodePattern = {
    let lost = "[\u{1A}?]"
    let either = "[\u{1A}\u{80}-\u{BF}]"
    let (high, low) = ("\u{ED}[\u{A0}-\u{AF}]", "\u{ED}[\u{B0}-\u{BF}]")
    return CodePattern([
      "[\u{C2}-\u{DF}]\u{1A}", "[\u{C2}-\u{C3}]?",
      high + lost + low + "[\u{1A}?\u{80}-\u{BF}]", high + "[\u{1A}?\u{80}-\u{BF}]" + low + lost,
      "[\u{E0}-\u{EF}]" + lost + either, "[\u{E0}-\u{EF}]" + either + lost,
      "[\u{F0}-\u{F4}]" + lost + either + either, "[\u{F0}-\u{F4}]" + either + lost + either,
      "[\u{F0}-\u{F4}]" + either + either + lost, "\u{1A}",
    ])
  }()

  /// Puts A0 back. A lone à before a word keeps its space, but for Portuguese contractions.
  private static func restoringA0(_ bytes: [UInt32]) -> [UInt32] {
    let words = [" ", "quele", "quela", "quilo", "s "].map(CodePoint.all)
    var restored = [UInt32]()
    for (place, byte) in bytes.enumerated() {
      restored.append(byte)
      guard byte == 0xC3, place + 1 < bytes.count, bytes[place + 1] == 0x20 else { continue }
      let rest = bytes[(place + 2)...]
      if !words.contains(where: { rest.starts(with: $0) }) { restored.append(0xA0) }
    }
    return alteredUTF8.replacing(restored) { match in match.map { $0 == 0x20 ? 0xA0 : $0 } }
  }

  /// Strict UTF-8, and where the bytes ED or C0 occur also surrogates encoded one by one (CESU-8)
  /// and Java's long form of NUL.
  private static func decode(_ bytes: [UInt32]) -> [UInt32]? {
    let variants = bytes.contains(0xED) || bytes.contains(0xC0)
    var result = [UInt32]()
    var place = 0
    func tail(_ offset: Int) -> UInt32? {
      place + offset < bytes.count && bytes[place + offset] & 0xC0 == 0x80
        ? bytes[place + offset] & 0x3F : nil
    }
    while place < bytes.count {
      let first = bytes[place]
      switch first {
      case 0..<0x80:
        result.append(first)
        place += 1
      case 0xC0 where variants && (tail(1) == 0 || bytes[(place + 1)...] == [0x0A]):
        result.append(0)
        place += 2
      case 0xC2...0xDF:
        guard let a = tail(1) else { return nil }
        result.append((first & 0x1F) << 6 | a)
        place += 2
      case 0xE0...0xEF:
        guard let a = tail(1), let b = tail(2) else { return nil }
        let code = (first & 0x0F) << 12 | a << 6 | b
        if (0xD800..<0xDC00).contains(code), variants, place + 3 < bytes.count,
          bytes[place + 3] == 0xED, let c = tail(4), c >= 0x30, let d = tail(5)
        {
          result.append(0x10000 + (code & 0x3FF) << 10 + ((c & 0x0F) << 6 | d))
          place += 6
        } else {
          guard code >= 0x800, !(0xD800...0xDFFF).contains(code) else { return nil }
          result.append(code)
          place += 3
        }
      case 0xF0...0xF4:
        guard let a = tail(1), let b = tail(2), let c = tail(3) else { return nil }
        let code = (first & 0x07) << 18 | a << 12 | b << 6 | c
        guard (0x10000...0x10FFFF).contains(code) else { return nil }
        result.append(code)
        place += 4
      default: return nil
      }
    }
    return result
  }
}
