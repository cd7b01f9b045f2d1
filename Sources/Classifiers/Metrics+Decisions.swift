/// Figures of two-class decisions and rankings.
extension Metrics {
  /// Average precision: the sum over falling distinct scores of precision times the rise in
  /// recall (no interpolation).
  public static func averagePrecision(scores: [Double], positive: [Bool]) -> Double {
    let positives = Double(positive.count { $0 })
    let negatives = Double(positive.count) - positives
    var (result, lastRecall) = (0.0, 0.0)
    for point in ROCCurve(scores: scores, positive: positive).points.dropFirst() {
      let hits = point.truePositiveRate * positives
      let called = hits + point.falsePositiveRate * negatives
      result += (point.truePositiveRate - lastRecall) * hits / called
      lastRecall = point.truePositiveRate
    }
    return result
  }

  /// Equal error rate: where false positive and false negative rate meet on the curve, linear
  /// between its corners.
  public static func equalErrorRate(scores: [Double], positive: [Bool]) -> Double {
    let points = ROCCurve(scores: scores, positive: positive).points
    for (one, next) in zip(points, points.dropFirst()) {
      let before = one.falsePositiveRate - (1 - one.truePositiveRate)
      let after = next.falsePositiveRate - (1 - next.truePositiveRate)
      guard after >= 0 else { continue }
      let share = after > before ? -before / (after - before) : 0
      return one.falsePositiveRate + share * (next.falsePositiveRate - one.falsePositiveRate)
    }
    return .nan
  }

  /// The smallest larger one of false positive and false negative rate that a threshold reaches.
  public static func minimaxErrorRate(scores: [Double], positive: [Bool]) -> Double {
    ROCCurve(scores: scores, positive: positive).points
      .map { max($0.falsePositiveRate, 1 - $0.truePositiveRate) }.min() ?? .nan
  }

  /// F₁ of class 1 in a 2 × 2 confusion matrix: the harmonic mean of precision and recall.
  public static func f1(_ confusion: Matrix<Int>) -> Double {
    let wrong = confusion[0, 1] + confusion[1, 0]
    return Double(2 * confusion[1, 1]) / Double(max(2 * confusion[1, 1] + wrong, 1))
  }

  /// Matthews' correlation coefficient of a 2 × 2 confusion matrix, 0 where it is not defined.
  public static func matthews(_ confusion: Matrix<Int>) -> Double {
    let (tn, fp) = (Double(confusion[0, 0]), Double(confusion[0, 1]))
    let (fn, tp) = (Double(confusion[1, 0]), Double(confusion[1, 1]))
    let denominator = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)).squareRoot()
    return denominator > 0 ? (tp * tn - fp * fn) / denominator : 0
  }

  /// The mean over the classes of each against all others.
  public static func macroAUC(_ scores: ScoreMatrix, labels: [Int]) -> Double {
    macro(scores, labels) { auc(scores: $0, positive: $1) }
  }

  /// The mean over the classes of each against all others.
  public static func macroAveragePrecision(_ scores: ScoreMatrix, labels: [Int]) -> Double {
    macro(scores, labels) { averagePrecision(scores: $0, positive: $1) }
  }

  private static func macro(
    _ scores: ScoreMatrix, _ labels: [Int], _ figure: ([Double], [Bool]) -> Double
  ) -> Double {
    let figures = (0..<scores.columns).filter(Set(labels).contains).map { label in
      figure(scores.column(label), labels.map { $0 == label })
    }
    return figures.reduce(0, +) / Double(max(figures.count, 1))
  }
}
