import ForensicCore

/// One source of generated pictures kept out of training, with one source of real pictures.
struct SourceFold: Sendable {
  var source: String
  /// All sources that are left out: it and one of real pictures, in turn.
  var left: Set<String>

  func isLeft(_ entry: Manifest.Entry) -> Bool { left.contains(entry.source) }
}

/// A fold for every source of generated pictures that can be left out. A source of both classes goes
/// as a whole.
struct SourceFolds: Sendable {
  private(set) var folds = [SourceFold]()
  /// The sources without which nothing can be learnt.
  private(set) var missing = [String]()

  init(_ entries: [Manifest.Entry]) {
    let sources = Set(entries.filter(\.isGenerated).map(\.source)).sorted()
    let real = Set(entries.filter { !$0.isGenerated }.map(\.source)).sorted()
    for (index, source) in sources.enumerated() {
      let others = real.filter { $0 != source }
      guard sources.count > 1, !others.isEmpty else {
        missing.append(source)
        continue
      }
      let fold = SourceFold(source: source, left: [source, others[index % others.count]])
      // A head that saw one class alone has nothing to tell from the other, and choices made on one
      // class mean nothing.
      let kept = entries.filter { !fold.isLeft($0) }
      if [Split.train, .validation].allSatisfy({ kept.classesMissing(in: $0).isEmpty }) {
        folds.append(fold)
      } else {
        missing.append(source)
      }
    }
  }

  /// Why sources are missing from the tables; `nil` where none is.
  var remark: String? {
    guard !missing.isEmpty || folds.isEmpty else { return nil }
    let which =
      folds.isEmpty
      ? "No source could be left out." : "Not left out: \(missing.joined(separator: ", "))."
    return """
      \(which) With a source of generated pictures one of camera pictures goes, and both classes have to \
      be left in the training and in the validation split: that takes two sources of each class at least.
      """
  }
}
