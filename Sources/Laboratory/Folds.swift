import Classifiers

/// Parts of a data set for out-of-fold scores.
package enum Folds {
  /// The fold of each entry, 0 ..< `count`: entries of one group share one, and the groups of
  /// each family are dealt out in turn.
  package static func assign(_ entries: [Manifest.Entry], count: Int, seed: UInt64) -> [Int] {
    var families = [String: String]()
    for entry in entries { families[entry.group] = entry.family.rawValue }
    var groups = families.keys.sorted()
    var random = SplitMix64(seed: seed)
    random.shuffle(&groups)
    // A stable sort by family keeps the shuffled order within each.
    let dealt = groups.enumerated().sorted {
      (families[$0.element] ?? "", $0.offset) < (families[$1.element] ?? "", $1.offset)
    }
    var fold = [String: Int]()
    for (place, group) in dealt.enumerated() { fold[group.element] = place % count }
    return entries.map { fold[$0.group] ?? 0 }
  }
}
