import ForensicCore

/// Adding to the text of `etc/families.toml`, so that its comments stay.
extension FamilyMap {
  /// What an addition means for what was trained before.
  public enum Addition: Hashable, Sendable {
    /// A generator of a known family: bundles stay as they are, but none of their figures speaks
    /// for it.
    case generator(GeneratorFamily)
    /// A new family with this integer: every bundle that shall name it has to be trained anew.
    case family(Int)
  }

  /// Adds a generator, and its family where that is new (at the end, so that the integers of the
  /// others stay).
  /// - Parameter title: what people read; needed for a new family only.
  /// - Returns: the new text, checked, and what the addition means.
  public static func adding(
    generator: String, to family: GeneratorFamily, title: String? = nil, toml text: String
  ) throws(FamilyMapError) -> (text: String, addition: Addition) {
    let map = try load(toml: text)
    let quoted = quote(generator)
    guard map.index(of: family) != nil else {
      let block = """

        [[family]]
        name = \(quote(family.rawValue))
        title = \(quote(title ?? family.rawValue))
        generators = [\(quoted)]

        """
      let changed = text + (text.hasSuffix("\n") ? "" : "\n") + block
      _ = try load(toml: changed)
      return (changed, .family(map.entries.count))
    }
    guard let place = closingBracket(ofGeneratorsOf: family, in: text) else {
      throw .malformed("the generators of \(family) are not where they were expected")
    }
    var before = String(text[..<place])
    while let last = before.last, last.isWhitespace { before.removeLast() }
    let comma = before.hasSuffix(",") || before.hasSuffix("[") ? "" : ","
    let gap = before.hasSuffix("[") ? "" : " "
    let changed = before + comma + gap + quoted + String(text[place...])
    let checked = try load(toml: changed)
    guard checked.family(ofGenerator: generator) == family else {
      throw .malformed("the generators of \(family) are not where they were expected")
    }
    return (changed, .generator(family))
  }

  /// The `]` after `generators = [` of a family's block.
  private static func closingBracket(
    ofGeneratorsOf family: GeneratorFamily, in text: String
  ) -> String.Index? {
    guard let name = text.range(of: "name = \(quote(family.rawValue))"),
      let list = text[name.upperBound...].range(of: "generators = [")
    else { return nil }
    // Brackets within quotes, as in a generator's own name, do not count.
    var isQuoted = false
    var index = list.upperBound
    while index < text.endIndex {
      switch text[index] {
      case "\"": isQuoted.toggle()
      case "]" where !isQuoted: return index
      default: break
      }
      index = text.index(after: index)
    }
    return nil
  }

  private static func quote(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension StringProtocol {
  /// The first place of another string.
  fileprivate func range(of other: String) -> Range<Index>? { firstRange(of: other) }
}
