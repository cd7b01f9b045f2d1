/// Lets a picture's size say nothing of its class.
///
/// Photographs of research sets are small, generators' pictures large, and detectors see the size:
/// in how many views they get, and in how much of the coarser views is mirrored.
package enum SizeBalance {
  /// The weights of samples that are one row each, balanced.
  /// - Parameter entryWeights: by entry, as are the labels, of which 0 is `real`.
  package static func weights(
    of samples: [FeatureSet.Sample], entryWeights: [Double], labels: [Int]
  ) -> [Double] {
    var weights = samples.map { entryWeights[$0.entry] }
    balance(
      &weights, generated: samples.map { labels[$0.entry] > 0 }, sizes: samples.map(\.size))
    return weights
  }

  /// Scales the weights so that among the pictures of each size both classes count alike, whatever
  /// was left out, and their mean is 1. A size that only one class has counts half.
  package static func balance(_ weights: inout [Double], generated: [Bool], sizes: [SizeClass]) {
    struct Cell: Hashable {
      var isGenerated: Bool
      var size: SizeClass
    }
    let cells = zip(generated, sizes).map(Cell.init)
    func even<Key: Hashable>(_ keys: [Key], target: (Key) -> Double) {
      let sums = Dictionary(zip(keys, weights), uniquingKeysWith: +)
      for index in weights.indices {
        guard let sum = sums[keys[index]], sum > 0 else { continue }
        weights[index] *= target(keys[index]) / sum
      }
    }
    let bySize = Dictionary(zip(sizes, weights), uniquingKeysWith: +)
    even(cells) { (bySize[$0.size] ?? 0) / 2 }
    even(generated) { _ in Double(weights.count) / 2 }
  }
}
