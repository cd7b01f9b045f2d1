/// One bin of a reliability diagram.
public struct ReliabilityBin: Sendable, Hashable {
  /// The bin's range of probability, 0…1; the upper bound belongs to it.
  public var lower: Double
  public var upper: Double
  public var count: Int
  /// Mean probability and share of positives in it; 0 when it is empty.
  public var meanProbability: Double
  public var shareOfPositives: Double
}

extension Metrics {
  /// Bins of equal width over 0…1, lower bound excluded but for the first.
  public static func reliability(
    probabilities: [Double], positive: [Bool], bins: Int = 15
  ) -> [ReliabilityBin] {
    var counts = [Int](repeating: 0, count: bins)
    var sums = [Double](repeating: 0, count: bins)
    var hits = [Double](repeating: 0, count: bins)
    for (probability, isPositive) in zip(probabilities, positive) {
      let bin = min(max(Int((probability * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
      counts[bin] += 1
      sums[bin] += probability
      hits[bin] += isPositive ? 1 : 0
    }
    return (0..<bins).map { bin in
      let count = Double(max(counts[bin], 1))
      return ReliabilityBin(
        lower: Double(bin) / Double(bins), upper: Double(bin + 1) / Double(bins),
        count: counts[bin], meanProbability: sums[bin] / count,
        shareOfPositives: hits[bin] / count)
    }
  }

  /// Expected calibration error of the positive class: the mean over pictures of the distance
  /// between a bin's mean probability and its share of positives.
  public static func calibrationError(
    probabilities: [Double], positive: [Bool], bins: Int = 15
  ) -> Double {
    let total = Double(max(probabilities.count, 1))
    return reliability(probabilities: probabilities, positive: positive, bins: bins)
      .reduce(0) { $0 + Double($1.count) / total * abs($1.meanProbability - $1.shareOfPositives) }
  }

  /// Expected calibration error of the called class's probability (Guo et al., 2017).
  public static func topLabelCalibrationError(
    _ probabilities: ScoreMatrix, labels: [Int], bins: Int = 15
  ) -> Double {
    let winners = probabilities.winners
    return calibrationError(
      probabilities: winners.enumerated().map { probabilities[$0.offset, $0.element] },
      positive: zip(winners, labels).map { $0 == $1 }, bins: bins)
  }
}
