/// The receiver operating characteristic: what a threshold costs and brings.
public struct ROCCurve: Sendable, Hashable {
  /// One corner of the curve: everything with a score ≥ `threshold` is called positive.
  public struct Point: Sendable, Hashable {
    public var threshold: Double
    /// Share of negatives called positive.
    public var falsePositiveRate: Double
    /// Share of positives called positive.
    public var truePositiveRate: Double
  }

  /// From (0, 0) at an infinite threshold to (1, 1), one point per distinct score.
  public let points: [Point]

  public init(scores: [Double], positive: [Bool]) {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let positives = Double(max(positive.count { $0 }, 1))
    let negatives = Double(max(positive.count { !$0 }, 1))
    var points = [Point(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
    var (hits, alarms) = (0.0, 0.0)
    for (place, index) in order.enumerated() {
      if positive[index] { hits += 1 } else { alarms += 1 }
      let last = place + 1 == order.count || scores[order[place + 1]] != scores[index]
      if last {
        points.append(
          Point(
            threshold: scores[index], falsePositiveRate: alarms / negatives,
            truePositiveRate: hits / positives))
      }
    }
    self.points = points
  }

  /// The lowest threshold whose false positive rate does not exceed `limit`.
  public func threshold(falsePositiveRate limit: Double) -> Double {
    points.last { $0.falsePositiveRate <= limit }?.threshold ?? .infinity
  }
}
