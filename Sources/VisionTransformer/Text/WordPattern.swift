/// Cuts a cleaned text into the words that are encoded one by one, as CLIP's expression does:
/// special tokens, English contractions, runs of letters, single digits, runs of anything else.
enum WordPattern {
  static let specials = ["<start_of_text>", "<end_of_text>"].map(CodePoint.all)
  private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
    .map(CodePoint.all)

  static func words(_ text: [UInt32]) -> [ArraySlice<UInt32>] {
    var result = [ArraySlice<UInt32>]()
    var place = 0
    while place < text.count {
      let length = word(text[place...])
      if length > 0 { result.append(text[place..<place + length]) }
      place += max(length, 1)
    }
    return result
  }

  private enum Kind { case letter, number, space, other }

  private static func kind(_ code: UInt32) -> Kind {
    guard let scalar = Unicode.Scalar(code) else { return .other }
    // A mark whose other cases are letters: to an expression that ignores case neither kind.
    if code == 0x345 { return .space }
    if CodePoint.isLetter(scalar) { return .letter }
    if CodePoint.isNumber(scalar) { return .number }
    return scalar.properties.isWhitespace ? .space : .other
  }

  /// The length of the word at the start; 0 for white space.
  private static func word(_ text: ArraySlice<UInt32>) -> Int {
    guard let first = text.first else { return 0 }
    if first == 0x3C || first == 0x27 {
      for fixed in specials + contractions where text.starts(with: fixed, by: isSameLetter) {
        return fixed.count
      }
    }
    switch kind(first) {
    case .letter: return text.prefix { kind($0) == .letter }.count
    case .number: return 1
    case .space: return 0
    case .other: return text.prefix { kind($0) == .other }.count
    }
  }

  /// The expression ignores case, and to it ſ is an s.
  private static func isSameLetter(_ code: UInt32, _ letter: UInt32) -> Bool {
    code == letter || (code == 0x17F && letter == 0x73)
  }
}
