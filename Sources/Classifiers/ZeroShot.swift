import CKernels
import Safetensors

/// Classification by prompts alone: the softmax of scaled products of a picture's embedding with
/// one text embedding per class (Radford et al., 2021). Embeddings are used as they are given,
/// already normalised.
public struct ZeroShot: ProbabilisticClassifier, Hashable {
  public static let kind = "zero-shot"

  /// Classes × features.
  public let texts: Matrix<Float>
  /// What products are multiplied by; CLIP's is 100.
  public let scale: Double

  public init(texts: Matrix<Float>, scale: Double = 100) {
    self.texts = texts
    self.scale = scale
  }

  public var featureCount: Int { texts.columns }
  public var classCount: Int { texts.rows }

  /// Logits, rows × classes.
  public func decisions(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    var result = Similarity.products(features, texts)
    for index in result.values.indices { result.values[index] *= scale }
    return result
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try decisions(of: features).softmax()
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [
      prefix + "texts": TensorValue(texts.values, shape: [texts.rows, texts.columns]),
      prefix + "scale": TensorValue([scale], shape: []),
    ]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let stored = try source.tensor(prefix + "texts")
    try stored.require(shape: [-1, -1])
    texts = Matrix(rows: stored.shape[0], columns: stored.shape[1], values: try stored.floats())
    scale = try source.doubles(prefix + "scale").first ?? 100
    try requireStored(texts.rows > 1 && scale.isFinite, prefix + "texts", "has too few rows")
  }
}

/// Products of rows with rows in double precision.
enum Similarity {
  static func products(_ features: FeatureMatrix, _ keys: FeatureMatrix) -> ScoreMatrix {
    let columns = features.columns
    precondition(columns == keys.columns)
    var result = ScoreMatrix(rows: features.rows, columns: keys.rows, repeating: 0)
    keys.values.withUnsafeBufferPointer { keys in
      guard let base = keys.baseAddress else { return }
      for row in 0..<features.rows {
        let query = features.row(row).map(Double.init)
        for key in 0..<result.columns {
          result[row, key] = fk_dot_mixed(base + key * columns, query, columns)
        }
      }
    }
    return result
  }
}
