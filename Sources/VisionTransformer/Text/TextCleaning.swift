/// What open_clip does to a text before the words are cut: ftfy, HTML references decoded twice,
/// white space collapsed, lower case.
enum TextCleaning {
  static func clean(_ text: [UInt32]) -> [UInt32] {
    let repaired = TextRepair.repair(text)
    return lowercased(collapsed(HTMLEntities.unescape(HTMLEntities.unescape(repaired))))
  }

  /// Words with one space between them (`" ".join(text.split())`).
  static func collapsed(_ text: [UInt32]) -> [UInt32] {
    Array(text.split(whereSeparator: CodePoint.isSpace).joined(separator: [0x20]))
  }

  /// Unicode's full lower case, with the final form of sigma.
  static func lowercased(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    result.reserveCapacity(text.count)
    for (place, code) in text.enumerated() {
      if code == 0x3A3 {
        result.append(isFinal(text, place) ? 0x3C2 : 0x3C3)
      } else if let properties = CodePoint.properties(code) {
        result += CodePoint.all(properties.lowercaseMapping)
      } else {
        result.append(code)
      }
    }
    return result
  }

  /// Whether a cased letter stands before and none after, but for ignorable marks.
  private static func isFinal(_ text: [UInt32], _ place: Int) -> Bool {
    func cased(_ codes: some Sequence<UInt32>) -> Bool {
      for code in codes {
        // Two that Unicode 15 and 16 put elsewhere.
        if code == 0x295 { return true }
        if code == 0x1171E { continue }
        guard let properties = CodePoint.properties(code) else { return false }
        if !properties.isCaseIgnorable { return properties.isCased }
      }
      return false
    }
    return cased(text[..<place].reversed()) && !cased(text[(place + 1)...])
  }
}
