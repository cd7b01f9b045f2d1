import Glibc
import Safetensors

/// A network of two layers: features → hidden units → one logit per class → softmax.
public struct MultilayerPerceptron: ProbabilisticClassifier, Hashable {
  public static let kind = "mlp"

  /// What the hidden units apply.
  public enum Activation: String, Sendable, Hashable, CaseIterable {
    case relu
    /// x · Φ(x) with the exact normal distribution function.
    case gelu
  }

  public var activation: Activation
  /// Hidden × features.
  public var hiddenWeights: Matrix<Float>
  public var hiddenBias: [Float]
  /// Classes × hidden.
  public var outputWeights: Matrix<Float>
  public var outputBias: [Float]

  public var featureCount: Int { hiddenWeights.columns }
  public var classCount: Int { outputWeights.rows }
  public var hiddenCount: Int { hiddenWeights.rows }

  public init(
    activation: Activation = .relu, hiddenWeights: Matrix<Float>, hiddenBias: [Float],
    outputWeights: Matrix<Float>, outputBias: [Float]
  ) {
    precondition(
      hiddenBias.count == hiddenWeights.rows && outputWeights.columns == hiddenWeights.rows
        && outputBias.count == outputWeights.rows)
    self.activation = activation
    self.hiddenWeights = hiddenWeights
    self.hiddenBias = hiddenBias
    self.outputWeights = outputWeights
    self.outputBias = outputBias
  }

  /// Untrained: He's normal initialisation for the hidden layer, Glorot's for the output.
  public init(
    features: Int, hidden: Int, classes: Int, activation: Activation = .relu, seed: UInt64
  ) {
    var random = SplitMix64(seed: seed)
    func normal(_ rows: Int, _ columns: Int, _ deviation: Double) -> Matrix<Float> {
      Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in Float(random.normal() * deviation) })
    }
    self.init(
      activation: activation,
      hiddenWeights: normal(hidden, features, (2 / Double(max(features, 1))).squareRoot()),
      hiddenBias: Array(repeating: 0, count: hidden),
      outputWeights: normal(classes, hidden, (2 / Double(hidden + classes)).squareRoot()),
      outputBias: Array(repeating: 0, count: classes))
  }

  /// Logits, rows × classes.
  public func decisions(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    var hidden = Affine.applyFloat(features, hiddenWeights.values, hiddenBias)
    Self.activate(&hidden.values, activation)
    return Affine.apply(hidden, outputWeights.values, outputBias)
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try decisions(of: features).softmax()
  }

  static func activate(_ values: inout [Float], _ activation: Activation) {
    values.withUnsafeMutableBufferPointer { values in
      switch activation {
      case .relu: for index in values.indices { values[index] = max(values[index], 0) }
      case .gelu:
        for index in values.indices {
          values[index] *= 0.5 * (1 + erff(values[index] * Float(0.5).squareRoot()))
        }
      }
    }
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [
      prefix + "hidden.weight": TensorValue(
        hiddenWeights.values, shape: [hiddenCount, featureCount]),
      prefix + "hidden.bias": TensorValue(hiddenBias),
      prefix + "output.weight": TensorValue(
        outputWeights.values, shape: [classCount, hiddenCount]),
      prefix + "output.bias": TensorValue(outputBias),
      prefix + "activation": TensorValue(Array(activation.rawValue.utf8)),
    ]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let hidden = try source.tensor(prefix + "hidden.weight")
    let output = try source.tensor(prefix + "output.weight")
    try hidden.require(shape: [-1, -1])
    try output.require(shape: [-1, hidden.shape[0]])
    let name = String(decoding: try source.tensor(prefix + "activation").bytes(), as: UTF8.self)
    guard let activation = Activation(rawValue: name) else {
      throw SafetensorsError(
        .unexpectedTensor, subject: prefix + "activation", detail: "names no known activation")
    }
    self.activation = activation
    hiddenWeights = Matrix(
      rows: hidden.shape[0], columns: hidden.shape[1], values: try hidden.floats())
    outputWeights = Matrix(
      rows: output.shape[0], columns: output.shape[1], values: try output.floats())
    hiddenBias = try source.floats(prefix + "hidden.bias")
    outputBias = try source.floats(prefix + "output.bias")
    try requireStored(
      hiddenBias.count == hiddenWeights.rows && outputBias.count == outputWeights.rows
        && outputWeights.rows > 1, prefix + "hidden.bias", "does not fit the weights")
  }
}
