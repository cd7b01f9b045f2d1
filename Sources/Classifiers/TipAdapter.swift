import Safetensors

/// Tip-Adapter (Zhang et al., ECCV 2022): a cache of labelled features, each voting for its class
/// with exp(−β(1 − similarity)), added with weight α to the zero-shot logits of prompts.
/// Features are used as they are given, already normalised.
public struct TipAdapter: ProbabilisticClassifier, Hashable {
  public static let kind = "tip-adapter"

  /// The cached features, one a row.
  public var keys: FeatureMatrix
  /// The class of each key.
  public let labels: [Int]
  public let classCount: Int
  public var alpha: Double
  public var beta: Double
  /// The zero-shot part; `nil` where there are no prompts.
  public var prior: ZeroShot?

  public init(
    keys: FeatureMatrix, labels: [Int], classCount: Int, alpha: Double = 1, beta: Double = 5.5,
    prior: ZeroShot? = nil
  ) throws(ClassifierError) {
    let set = try TrainingSet(features: keys, labels: labels, classCount: classCount)
    if let prior, prior.featureCount != keys.columns {
      throw .wrongWidth(expected: keys.columns, actual: prior.featureCount)
    }
    if let prior, prior.classCount != classCount {
      throw .labelOutOfRange(label: prior.classCount - 1, classes: classCount)
    }
    self.keys = set.features
    self.labels = labels
    self.classCount = classCount
    self.alpha = alpha
    self.beta = beta
    self.prior = prior
  }

  public var featureCount: Int { keys.columns }

  /// The cache's votes alone, rows × classes, before α.
  public func cacheLogits(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    let similarities = Similarity.products(features, keys)
    var result = ScoreMatrix(rows: features.rows, columns: classCount, repeating: 0)
    for row in 0..<features.rows {
      for (key, label) in labels.enumerated() {
        result[row, label] += Elementary.exp(-beta * (1 - similarities[row, key]))
      }
    }
    return result
  }

  /// Zero-shot logits + α · votes, rows × classes.
  public func decisions(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    var result = try cacheLogits(of: features)
    let zeroShot = try prior?.decisions(of: features)
    for index in result.values.indices {
      result.values[index] = (zeroShot?.values[index] ?? 0) + alpha * result.values[index]
    }
    return result
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try decisions(of: features).softmax()
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    var result = [
      prefix + "keys": TensorValue(keys.values, shape: [keys.rows, keys.columns]),
      prefix + "labels": TensorValue(labels),
      prefix + "classes": TensorValue([classCount], shape: []),
      prefix + "alpha-beta": TensorValue([alpha, beta]),
    ]
    if let prior { result.merge(prior.tensors(prefix: prefix + "prior.")) { $1 } }
    return result
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let stored = try source.tensor(prefix + "keys")
    try stored.require(shape: [-1, -1])
    let parameters = try source.doubles(prefix + "alpha-beta")
    try requireStored(
      parameters.count == 2 && parameters.allSatisfy(\.isFinite), prefix + "alpha-beta",
      "is not two numbers")
    let prior =
      source.names.contains(prefix + "prior.texts")
      ? try ZeroShot(from: source, prefix: prefix + "prior.") : nil
    let keys = FeatureMatrix(
      rows: stored.shape[0], columns: stored.shape[1], values: try stored.floats())
    let labels = try source.integers(prefix + "labels")
    let classes = try source.integers(prefix + "classes").first ?? 0
    do throws(ClassifierError) {
      try self.init(
        keys: keys, labels: labels, classCount: classes, alpha: parameters[0],
        beta: parameters[1], prior: prior)
    } catch {
      throw SafetensorsError(.unexpectedTensor, subject: prefix + "keys", detail: "\(error)")
    }
  }
}
