/// Signs that a text was decoded with the wrong encoding: the heuristics of ftfy 6.3
/// (Robyn Speer, Apache-2.0), whose character classes and juxtapositions these are.
enum Mojibake {
  /// Characters by the role they play in such texts.
  private static let sets = [
    "common": "\u{A0}\u{AD}·´–—―…’",
    "c1": "\u{80}-\u{9F}",
    "bad": "¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\u{FFFD}ªº",
    "law": "¶§",
    "currency": "¢£¥₧€",
    "start": "¡«¿©΄΅‘‚“„•‹\u{F8FF}",
    "end": "®»˝”›™",
    "numeric": "²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№",
    "kaomoji": "Ò-ÖÙ-Üò-öø-üŐŌŪŲ°",
    "upper": "À-ÑØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ",
    "lower": "ßà-ñăąāćčďđęěēėğģįīķĺľłļœŕśşšťüźżžґ\u{FB01}\u{FB02}",
    "commonUpper": "ÞΑ-ΩΆΈΉΊΌΎΏΪΫЁ-Я",
    "commonLower": "α-ωάέήίΰа-џ",
    "box": "│┌┐┘├┤┬┼═-╬▀▄█▌▐░▒▓",
  ]

  private static let juxtapositions = CodePattern(
    [
      "[{c1}]",
      "[{bad}{lower}{upper}{box}{start}{end}{currency}{numeric}{law}][{bad}]",
      "[a-zA-Z][{commonLower}{commonUpper}][{bad}]",
      "[{bad}][{lower}{upper}{box}{start}{end}{currency}{numeric}{law}]",
      "[{lower}{commonLower}{box}{end}{currency}{numeric}][{upper}]",
      "[{box}{end}{currency}{numeric}][{lower}]",
      "[{lower}{box}{end}][{currency}]",
      "\\s[{upper}][{currency}]",
      "[{upper}{box}][{numeric}{law}]",
      "[{lower}{upper}{box}{currency}{end}][{start}][{numeric}]",
      "[{lower}{upper}{currency}{numeric}{box}{law}][{end}][{start}]",
      "[{currency}{numeric}{box}][{start}]",
      "[a-z][{upper}][{start}{currency}]",
      "[{box}][{kaomoji}]",
      "[{lower}{upper}{currency}{numeric}{start}{end}{law}][{box}]",
      "[{box}][{end}]",
      "[{lower}{upper}][{start}{end}]\\w",
      // œ before anything but a plain letter; degree signs after capitals.
      "[Œœ][^A-Za-z]",
      "[{upper}]°",
      // Windows-1252: two characters, Arabic, South Asian scripts.
      "[ÂÃÎÐ][€œŠš¢£Ÿž\u{A0}\u{AD}®©°·»{start}{end}–—´]",
      "×[²³]",
      "[ØÙ][{common}{currency}{bad}{numeric}{start}ŸŠ®°µ»]"
        + "[ØÙ][{common}{currency}{bad}{numeric}{start}ŸŠ®°µ»]",
      "à[²µ¹¼½¾]",
      // MacRoman.
      "√[±∂†≠®™´≤≥¥µø]",
      "≈[°¢]",
      "‚Ä[ìîïòôúùû†°¢π]",
      "‚[âó][àä°ê]",
      // Windows-1251.
      "вЂ",
      "[ВГРС][{c1}{bad}{start}{end}{currency}°µ][ВГРС]",
      "ГўВЂВ.[A-Za-z ]",
      // à, á and the space that does not break, in Windows-1252.
      "Ã[\u{A0}¡]",
      "[a-z]\\s[ÃÂ][ ]",
      "[a-z][ÃÂ][ ]",
      "^[ÃÂ][ ]",
      "[a-z.,?!{end}]Â[ {start}{end}]",
      // Windows-1253 and 1257.
      "β€[™\u{A0}Ά\u{AD}®°]",
      "[ΒΓΞΟ][{c1}{bad}{start}{end}{currency}°][ΒΓΞΟ]",
      "ā€",
    ], sets: sets)

  /// Whether the text holds a sequence that hardly anybody writes.
  static func isLikely(in text: [UInt32]) -> Bool { juxtapositions.matches(text) }

  /// Characters that the bytes of UTF-8 sequences become in one of the encodings like Latin-1.
  private struct Clues {
    let two: Set<UInt32>
    let three: Set<UInt32>
    let four: Set<UInt32>
    let continuation: Set<UInt32>
    /// Without those that often stand beside such text for themselves.
    let strict: Set<UInt32>

    init() {
      func characters(_ bytes: [UInt8]) -> Set<UInt32> {
        Set(SingleByteEncoding.all.prefix(7).flatMap { encoding in bytes.map(encoding.character) })
      }
      two = characters(Array(0xC2...0xDF))
      three = characters(Array(0xE0...0xEF))
      four = characters([0xF0, 0xF3])
      let all = characters(Array(0x80...0xBF))
      continuation = all.union([0x20])
      strict = all.subtracting(CodePoint.all("–—―‘’‚“”„•…"))
    }
  }

  private static let clues = Clues()

  /// The length of the run of sequences at `start` that look like UTF-8, if there is one.
  static func sequences(in text: [UInt32], at start: Int) -> Int? {
    if start > 0, clues.strict.contains(text[start - 1]) { return nil }
    var end = start
    while end < text.count {
      let tails = [(clues.two, 1), (clues.three, 2), (clues.four, 3)]
      let match = tails.first { first, length in
        first.contains(text[end]) && end + length < text.count
          && text[end + 1...end + length].allSatisfy(clues.continuation.contains)
      }
      guard let match else { break }
      end += 1 + match.1
    }
    return end > start ? end - start : nil
  }
}
