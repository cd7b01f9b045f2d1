/// Figures of merit, each on scores that the caller chose; thresholds are never picked here on
/// the data being measured.
public enum Metrics {
  /// Area under the ROC curve: the chance that a positive scores higher than a negative, ties
  /// counting one half. NaN where one class is absent.
  public static func auc(
    scores: [Double], positive: [Bool], weights: [Double]? = nil
  ) -> Double {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var (area, negatives, positives) = (0.0, 0.0, 0.0)
    var start = 0
    while start < order.count {
      var end = start
      var (tiedPositive, tiedNegative) = (0.0, 0.0)
      while end < order.count, scores[order[end]] == scores[order[start]] {
        let weight = weights?[order[end]] ?? 1
        if positive[order[end]] { tiedPositive += weight } else { tiedNegative += weight }
        end += 1
      }
      area += tiedPositive * (negatives + tiedNegative / 2)
      negatives += tiedNegative
      positives += tiedPositive
      start = end
    }
    return area / (positives * negatives)
  }

  /// Counts by true class (rows) and called class (columns).
  public static func confusion(
    labels: [Int], predictions: [Int], classCount: Int
  ) -> Matrix<Int> {
    var result = Matrix(rows: classCount, columns: classCount, repeating: 0)
    for (label, prediction) in zip(labels, predictions) { result[label, prediction] += 1 }
    return result
  }

  /// The share that is right.
  public static func accuracy(labels: [Int], predictions: [Int]) -> Double {
    Double(zip(labels, predictions).count { $0 == $1 }) / Double(max(labels.count, 1))
  }

  /// The mean over the classes that occur of the share of each that is right.
  public static func balancedAccuracy(_ confusion: Matrix<Int>) -> Double {
    var recalls = [Double]()
    for label in 0..<confusion.rows {
      let total = confusion.row(label).reduce(0, +)
      if total > 0 { recalls.append(Double(confusion[label, label]) / Double(total)) }
    }
    return recalls.reduce(0, +) / Double(max(recalls.count, 1))
  }

  /// −log of the probability of the true class, weighted mean; probabilities are kept above
  /// 2⁻⁵² as scikit-learn does.
  public static func logLoss(
    _ probabilities: ScoreMatrix, labels: [Int], weights: [Double]? = nil
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (row, label) in labels.enumerated() {
      let weight = weights?[row] ?? 1
      sum -= weight * Elementary.log(max(probabilities[row, label], 0x1p-52))
      total += weight
    }
    return sum / total
  }

  /// The same for two classes, from the probability of the positive one.
  public static func logLoss(probabilities: [Double], positive: [Bool]) -> Double {
    let sum = zip(probabilities, positive).reduce(0.0) {
      $0 - Elementary.log(min(max($1.1 ? $1.0 : 1 - $1.0, 0x1p-52), 1))
    }
    return sum / Double(max(positive.count, 1))
  }

  /// The mean squared difference between probability and outcome (Brier, 1950), two classes.
  public static func brier(probabilities: [Double], positive: [Bool]) -> Double {
    let sum = zip(probabilities, positive).reduce(0.0) {
      $0 + ($1.0 - ($1.1 ? 1 : 0)) * ($1.0 - ($1.1 ? 1 : 0))
    }
    return sum / Double(max(positive.count, 1))
  }
}
