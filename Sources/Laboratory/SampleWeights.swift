import Glibc

/// How much each picture counts in training.
package enum SampleWeights {
  /// A source of hundreds says little more than one of dozens, as strange sources ask for variety.
  static let power = 0.4

  /// One weight an entry, of mean 1: both classes count the same in sum, and within a class each
  /// cell of source and family counts by a root of its size, so that a source of hundreds does
  /// not drown one of dozens.
  /// - Parameter power: a cell of n pictures counts n to this power: 1 for all pictures alike, 0
  ///   for all cells alike.
  package static func weights(of entries: [Manifest.Entry], power: Double) -> [Double] {
    func cell(_ entry: Manifest.Entry) -> String { "\(entry.source)\n\(entry.family)" }
    var sizes = [String: Double]()
    for entry in entries { sizes[cell(entry), default: 0] += 1 }
    // Shared among the cell's n entries.
    let raw = entries.map { pow(sizes[cell($0)] ?? 1, power - 1) }
    var sums = [false: 0.0, true: 0.0]
    for (entry, weight) in zip(entries, raw) { sums[entry.isGenerated, default: 0] += weight }
    let half = Double(entries.count) / 2
    return zip(entries, raw).map { entry, weight in
      weight * half / (sums[entry.isGenerated] ?? 1)
    }
  }
}
