/// How much each picture counts in training.
package enum SampleWeights {
  /// One weight an entry, of mean 1: both classes count the same in sum, and within a class each
  /// cell of source and family counts by the square root of its size, so that a source of
  /// hundreds does not drown one of dozens.
  package static func weights(of entries: [Manifest.Entry]) -> [Double] {
    func cell(_ entry: Manifest.Entry) -> String { "\(entry.source)\n\(entry.family)" }
    var sizes = [String: Double]()
    for entry in entries { sizes[cell(entry), default: 0] += 1 }
    // √n shared among n entries.
    let raw = entries.map { 1 / (sizes[cell($0)] ?? 1).squareRoot() }
    var sums = [false: 0.0, true: 0.0]
    for (entry, weight) in zip(entries, raw) { sums[entry.isGenerated, default: 0] += weight }
    let half = Double(entries.count) / 2
    return zip(entries, raw).map { entry, weight in
      weight * half / (sums[entry.isGenerated] ?? 1)
    }
  }
}
