/// A small regular expression over code points, matched as Python's `re` does: alternatives in
/// order, each a sequence of single positions. Code points instead of `String`, because text
/// under repair may hold lone surrogates.
///
/// A position is a literal, a class `[…]` with ranges, a leading `^`, `\s` or `\w`, or `.`; an
/// alternative that begins with `^` matches at the start only. In classes, `{name}` stands for a
/// named set.
struct CodePattern: Sendable {
  private struct Position: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var space = false
    var word = false
    var negated = false

    func contains(_ code: UInt32) -> Bool {
      let found =
        ranges.contains { $0.contains(code) } || (space && CodePoint.isSpace(code))
        || (word && CodePoint.isWord(code))
      return found != negated
    }
  }

  private struct Alternative: Sendable {
    var positions: [Position] = []
    var anchored = false
  }

  private let alternatives: [Alternative]

  init(_ alternatives: [String], sets: [String: String] = [:]) {
    self.alternatives = alternatives.map { Self.alternative($0, sets) }
  }

  /// The length of the match that begins at `start`.
  func match(_ text: some RandomAccessCollection<UInt32>, at start: Int) -> Int? {
    for alternative in alternatives where !alternative.anchored || start == 0 {
      let positions = alternative.positions
      guard start + positions.count <= text.count else { continue }
      let first = text.index(text.startIndex, offsetBy: start)
      if zip(positions, text[first...]).allSatisfy({ $0.contains($1) }) { return positions.count }
    }
    return nil
  }

  /// Whether there is a match anywhere.
  func matches(_ text: [UInt32]) -> Bool { text.indices.contains { match(text, at: $0) != nil } }

  /// The text with each match replaced, from left to right.
  func replacing(_ text: [UInt32], with replacement: (ArraySlice<UInt32>) -> [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    result.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      if let length = match(text, at: place) {
        result += replacement(text[place..<place + length])
        place += length
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return result
  }

  private static func alternative(_ pattern: String, _ sets: [String: String]) -> Alternative {
    var result = Alternative()
    var rest = Substring(pattern).unicodeScalars
    if rest.first == "^" {
      result.anchored = true
      rest.removeFirst()
    }
    while let scalar = rest.popFirst() {
      switch scalar {
      case "[":
        var content = String.UnicodeScalarView()
        while let next = rest.popFirst(), next != "]" { content.append(next) }
        result.positions.append(position(content, sets))
      case ".": result.positions.append(Position(ranges: [0x0A...0x0A], negated: true))
      case "\\":
        let content = String.UnicodeScalarView([scalar, rest.popFirst() ?? "s"])
        result.positions.append(position(content, sets))
      default: result.positions.append(Position(ranges: [scalar.value...scalar.value]))
      }
    }
    return result
  }

  private static func position(
    _ content: String.UnicodeScalarView, _ sets: [String: String]
  ) -> Position {
    var result = Position()
    var rest = content[...]
    if rest.first == "^" {
      result.negated = true
      rest.removeFirst()
    }
    while let scalar = rest.popFirst() {
      switch scalar {
      case "{":
        var name = ""
        while let next = rest.popFirst(), next != "}" { name.unicodeScalars.append(next) }
        let set = position((sets[name] ?? "").unicodeScalars, sets)
        result.ranges += set.ranges
      case "\\":
        let kind = rest.popFirst()
        result.space = result.space || kind == "s"
        result.word = result.word || kind == "w"
      default:
        var last = scalar
        if rest.first == "-", let end = rest.dropFirst().first {
          last = end
          rest.removeFirst(2)
        }
        result.ranges.append(scalar.value...max(scalar.value, last.value))
      }
    }
    return result
  }
}

/// What Python says of a code point.
package enum CodePoint {
  /// `str.isspace`.
  static func isSpace(_ code: UInt32) -> Bool {
    switch code {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// What is known of a code point, as Python 3.11 has it: characters that entered Unicode after
  /// version 14 have no properties yet.
  static func properties(_ code: UInt32) -> Unicode.Scalar.Properties? {
    guard let properties = Unicode.Scalar(code)?.properties, let age = properties.age,
      age.major <= 14
    else { return nil }
    return properties
  }

  /// `\w`: letters, numbers and the underscore.
  static func isWord(_ code: UInt32) -> Bool {
    guard let properties = properties(code) else { return false }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return code == 0x5F || properties.numericType != nil
    }
  }

  /// A string's code points.
  package static func all(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  /// The string of these code points; surrogates become U+FFFD.
  package static func string(_ codes: some Sequence<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    for code in codes { text.append(Unicode.Scalar(code) ?? "\u{FFFD}") }
    return String(text)
  }
}
