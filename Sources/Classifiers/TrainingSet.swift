/// Features with labels, checked once: every label is in range, every number finite.
public struct TrainingSet: Sendable {
  public let features: FeatureMatrix
  /// One per row, 0 ..< `classCount`.
  public let labels: [Int]
  public let classCount: Int
  /// One per row, ≥ 0; all ones where none were given.
  public let weights: [Double]

  public init(
    features: FeatureMatrix, labels: [Int], classCount: Int, weights: [Double]? = nil
  ) throws(ClassifierError) {
    let weights = weights ?? Array(repeating: 1, count: features.rows)
    guard features.rows > 0 else { throw .empty }
    guard classCount >= 2 else { throw .tooFewClasses }
    for count in [labels.count, weights.count] where count != features.rows {
      throw .countMismatch(rows: features.rows, other: count)
    }
    for (row, label) in labels.enumerated() {
      guard (0..<classCount).contains(label) else {
        throw .labelOutOfRange(label: label, classes: classCount)
      }
      guard weights[row].isFinite, weights[row] >= 0 else { throw .notFinite(row: row) }
    }
    if let index = features.values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: index / max(features.columns, 1))
    }
    self.features = features
    self.labels = labels
    self.classCount = classCount
    self.weights = weights
  }

  private init(unchecked features: FeatureMatrix, _ labels: [Int], _ count: Int, _ w: [Double]) {
    self.features = features
    self.labels = labels
    classCount = count
    weights = w
  }

  public var rows: Int { features.rows }

  /// The rows of these numbers, in this order.
  public func selecting(rows selected: [Int]) -> Self {
    Self(
      unchecked: features.selecting(rows: selected), selected.map { labels[$0] }, classCount,
      selected.map { weights[$0] })
  }

  /// The same rows with other features of the same number of rows.
  public func replacing(features other: FeatureMatrix) -> Self {
    precondition(other.rows == rows)
    return Self(unchecked: other, labels, classCount, weights)
  }
}
