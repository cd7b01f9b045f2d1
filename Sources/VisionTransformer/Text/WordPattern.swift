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

  /// The first code point of every run of one kind, ascending. From a table instead of this
  /// program's own knowledge of Unicode, which is of another version than the reference's.
  private static let runs: [(first: UInt32, kind: Kind)] = {
    var runs: [(first: UInt32, kind: Kind)] = [(0, .other)]
    let tables: [(String, Kind)] = [(letters, .letter), (numbers, .number), (spaces, .space)]
    var known: [(ClosedRange<UInt32>, Kind)] = []
    for (table, kind) in tables {
      for entry in table.split(whereSeparator: \.isWhitespace) {
        let ends = entry.split(separator: "-").compactMap { UInt32($0, radix: 16) }
        guard let first = ends.first, let last = ends.last, first <= last else { continue }
        known.append((first...last, kind))
      }
    }
    for (range, kind) in known.sorted(by: { $0.0.lowerBound < $1.0.lowerBound }) {
      if runs.last?.first == range.lowerBound { runs.removeLast() }
      runs += [(range.lowerBound, kind), (range.upperBound + 1, .other)]
    }
    return runs
  }()

  private static func kind(_ code: UInt32) -> Kind {
    var (low, high) = (0, runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].first <= code { low = middle } else { high = middle }
    }
    return runs[low].kind
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
