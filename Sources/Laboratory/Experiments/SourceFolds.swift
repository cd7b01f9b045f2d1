import ForensicCore

/// One source of generated pictures kept out of training, with one source of real pictures.
struct SourceFold: Sendable {
  var source: String
  /// All sources that are left out: it and one of real pictures, in turn.
  var left: Set<String>

  /// A fold for every source of generated pictures. A source of both classes goes as a whole.
  static func all(_ entries: [Manifest.Entry]) -> [SourceFold] {
    let sources = Set(entries.filter(\.isGenerated).map(\.source)).sorted()
    let real = Set(entries.filter { !$0.isGenerated }.map(\.source)).sorted()
    return sources.enumerated().compactMap { index, source in
      let others = real.filter { $0 != source }
      guard sources.count > 1, !others.isEmpty else { return nil }
      return SourceFold(source: source, left: [source, others[index % others.count]])
    }
  }

  func isLeft(_ entry: Manifest.Entry) -> Bool { left.contains(entry.source) }
}
