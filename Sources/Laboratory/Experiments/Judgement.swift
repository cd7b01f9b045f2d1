import Classifiers

/// What a head said of pictures, beside what they are.
struct Judgement: Sendable {
  /// Rows × classes.
  var probabilities: ScoreMatrix
  var labels: [Int]
  let classCount: Int

  init(_ head: Head, _ set: TrainingSet) throws(LaboratoryError) {
    do {
      probabilities = try head.probabilities(of: set.features)
    } catch {
      throw .training(error.description)
    }
    labels = set.labels
    classCount = set.classCount
  }

  private init(probabilities: ScoreMatrix, labels: [Int], classCount: Int) {
    self.probabilities = probabilities
    self.labels = labels
    self.classCount = classCount
  }

  /// The same for the rows of these numbers.
  func selecting(_ rows: [Int]) -> Judgement {
    Judgement(
      probabilities: probabilities.selecting(rows: rows), labels: rows.map { labels[$0] },
      classCount: classCount)
  }

  /// P(generated): one minus the first class.
  var generated: [Double] { (0..<probabilities.rows).map { 1 - probabilities[$0, 0] } }
  var isGenerated: [Bool] { labels.map { $0 != 0 } }

  /// Share that is right.
  var accuracy: Double {
    Metrics.accuracy(labels: labels, predictions: probabilities.winners)
  }

  var confusion: Matrix<Int> {
    Metrics.confusion(
      labels: labels, predictions: probabilities.winners, classCount: classCount)
  }

  /// Mean over the classes of the share that is right; NaN where one of two is absent, since the other's
  /// share alone is another figure.
  var balancedAccuracy: Double {
    classCount == 2 && !hasBothClasses ? .nan : Metrics.balancedAccuracy(confusion)
  }

  private var hasBothClasses: Bool { labels.contains(0) && labels.contains { $0 != 0 } }

  /// As a question of two classes: *generated* where the winner is any family but `real`.
  var binaryCalls: [Bool] { probabilities.winners.map { $0 != 0 } }

  /// Share of right answers to the question of two classes.
  var binaryAccuracy: Double {
    let right = zip(binaryCalls, isGenerated).count { $0 == $1 }
    return labels.isEmpty ? .nan : Double(right) / Double(labels.count)
  }

  /// The mean of both classes' shares of right answers to the question of two classes; NaN where one is
  /// absent.
  var balancedBinaryAccuracy: Double {
    guard hasBothClasses else { return .nan }
    return Metrics.balancedAccuracy(
      Metrics.confusion(
        labels: isGenerated.map { $0 ? 1 : 0 }, predictions: binaryCalls.map { $0 ? 1 : 0 },
        classCount: 2))
  }

  /// Area under the ROC curve of P(generated).
  var auc: Double { Metrics.auc(scores: generated, positive: isGenerated) }
}
