import Safetensors

/// Boosted regression trees on the derivatives of the log loss (Friedman, 2001; second order and
/// histograms as in Ke et al., *LightGBM*, 2017).
///
/// Two classes have one tree a round, for the logit of class 1; more classes one tree per class.
public struct GradientBoostedTrees: ProbabilisticClassifier, Hashable {
  public static let kind = "trees"

  /// All nodes of all trees. A node at index i goes on at `left[i]` when the feature's value is
  /// ≤ the threshold (or NaN), at `right[i]` otherwise; a leaf has `feature[i]` = −1.
  struct Nodes: Sendable, Hashable {
    var feature: [Int32] = []
    var threshold: [Float] = []
    var left: [Int32] = []
    var right: [Int32] = []
    /// A leaf's contribution to its class's logit.
    var value: [Float] = []
  }

  public let featureCount: Int
  public let classCount: Int
  /// Logits before the first tree: one, or one per class.
  let base: [Double]
  var nodes = Nodes()
  /// The first node of each tree; tree t belongs to output t mod `base.count`.
  var roots: [Int32] = []

  init(featureCount: Int, classCount: Int, base: [Double]) {
    self.featureCount = featureCount
    self.classCount = classCount
    self.base = base
  }

  /// Rounds of boosting in the model.
  public var rounds: Int { roots.count / base.count }

  /// Logits, rows × (1 for two classes, otherwise one per class).
  public func decisions(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    var result = ScoreMatrix(rows: features.rows, columns: base.count, repeating: 0)
    nodes.feature.withUnsafeBufferPointer { feature in
      nodes.threshold.withUnsafeBufferPointer { threshold in
        features.values.withUnsafeBufferPointer { x in
          for row in 0..<features.rows {
            let offset = row * featureCount
            for output in base.indices { result[row, output] = base[output] }
            for (tree, root) in roots.enumerated() {
              var node = Int(root)
              while feature[node] >= 0 {
                let goesRight = x[offset + Int(feature[node])] > threshold[node]
                node = Int(goesRight ? nodes.right[node] : nodes.left[node])
              }
              result[row, tree % base.count] += Double(nodes.value[node])
            }
          }
        }
      }
    }
    return result
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    let logits = try decisions(of: features)
    return classCount == 2 ? logits.binaryProbabilities() : logits.softmax()
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [
      prefix + "features": TensorValue([featureCount], shape: []),
      prefix + "classes": TensorValue([classCount], shape: []),
      prefix + "base": TensorValue(base), prefix + "roots": TensorValue(roots),
      prefix + "feature": TensorValue(nodes.feature),
      prefix + "threshold": TensorValue(nodes.threshold),
      prefix + "left": TensorValue(nodes.left), prefix + "right": TensorValue(nodes.right),
      prefix + "value": TensorValue(nodes.value),
    ]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    func small(_ name: String) throws(SafetensorsError) -> [Int32] {
      try source.integers(prefix + name).map { Int32(truncatingIfNeeded: $0) }
    }
    featureCount = try source.integers(prefix + "features").first ?? 0
    classCount = try source.integers(prefix + "classes").first ?? 0
    base = try source.doubles(prefix + "base")
    roots = try small("roots")
    nodes.feature = try small("feature")
    nodes.threshold = try source.floats(prefix + "threshold")
    nodes.left = try small("left")
    nodes.right = try small("right")
    nodes.value = try source.floats(prefix + "value")
    try requireStored(isSound, prefix + "feature", "is not a forest")
  }

  /// Every path must lead downwards to a leaf and read an existing feature.
  private var isSound: Bool {
    let count = nodes.feature.count
    guard classCount >= 2, base.count == (classCount == 2 ? 1 : classCount),
      nodes.threshold.count == count, nodes.left.count == count, nodes.right.count == count,
      nodes.value.count == count, roots.count.isMultiple(of: base.count),
      roots.allSatisfy({ $0 >= 0 && $0 < count })
    else { return false }
    return (0..<count).allSatisfy { node in
      nodes.feature[node] == -1
        || nodes.feature[node] >= 0 && nodes.feature[node] < featureCount
          && nodes.left[node] > node && nodes.left[node] < count && nodes.right[node] > node
          && nodes.right[node] < count
    }
  }
}

extension Matrix where Element == Double {
  /// Two columns, 1 − p and p, from one column of logits.
  func binaryProbabilities() -> Self {
    var result = Self(rows: rows, columns: 2, repeating: 0)
    for row in 0..<rows {
      result[row, 1] = Elementary.logistic(values[row])
      result[row, 0] = Elementary.logistic(-values[row])
    }
    return result
  }
}
