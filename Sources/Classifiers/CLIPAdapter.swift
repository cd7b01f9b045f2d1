import Glibc
import Safetensors

/// CLIP-Adapter (Gao et al., IJCV 2024): a small bottleneck bends the embedding,
/// x′ = r · relu(W₂ relu(W₁ x)) + (1 − r) · x, and zero-shot classification follows on x′ / |x′|.
public struct CLIPAdapter: ProbabilisticClassifier, Hashable {
  public static let kind = "clip-adapter"

  /// Bottleneck × features.
  public private(set) var down: Matrix<Float>
  /// Features × bottleneck.
  public private(set) var up: Matrix<Float>
  /// r: the share of the bent embedding, 0…1.
  public let ratio: Double
  public let prompts: ZeroShot

  public var featureCount: Int { down.columns }
  public var classCount: Int { prompts.classCount }

  /// Untrained, with He's initialisation.
  public init(prompts: ZeroShot, reduction: Int = 4, ratio: Double = 0.2, seed: UInt64 = 1) {
    var random = SplitMix64(seed: seed)
    let width = prompts.featureCount
    let narrow = max(1, width / max(reduction, 1))
    func normal(_ rows: Int, _ columns: Int) -> Matrix<Float> {
      let deviation = (2 / Double(max(columns, 1))).squareRoot()
      return Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in Float(random.normal() * deviation) })
    }
    down = normal(narrow, width)
    up = normal(width, narrow)
    self.ratio = ratio
    self.prompts = prompts
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    var narrow = Affine.applyFloat(features, down.values, Array(repeating: 0, count: down.rows))
    MultilayerPerceptron.activate(&narrow.values, .relu)
    var bent = Affine.applyFloat(narrow, up.values, Array(repeating: 0, count: up.rows))
    MultilayerPerceptron.activate(&bent.values, .relu)
    _ = mix(&bent.values, features)
    return try prompts.probabilities(of: bent)
  }

  /// Replaces the bent part by the normalised mixture; returns the lengths divided by.
  private func mix(_ bent: inout [Float], _ features: FeatureMatrix) -> [Float] {
    let columns = features.columns
    return (0..<features.rows).map { row in
      var square: Float = 0
      for index in row * columns..<(row + 1) * columns {
        bent[index] = Float(ratio) * bent[index] + Float(1 - ratio) * features.values[index]
        square += bent[index] * bent[index]
      }
      let length = max(square.squareRoot(), 1e-12)
      for index in row * columns..<(row + 1) * columns { bent[index] /= length }
      return length
    }
  }

  /// Trains both layers by cross entropy with AdamW, the rate falling along a half cosine.
  public func trained(
    on set: TrainingSet, options: TipAdapter.Options = .init()
  ) throws(ClassifierError) -> CLIPAdapter {
    try checkWidth(set.features)
    var adapter = self
    var (downMoments, upMoments) = (Adam(down.values.count), Adam(up.values.count))
    var random = SplitMix64(seed: options.seed)
    var order = Array(0..<set.rows)
    let steps = options.epochs * ((set.rows + options.batch - 1) / options.batch)
    var step = 0
    for _ in 0..<options.epochs {
      random.shuffle(&order)
      for start in stride(from: 0, to: set.rows, by: options.batch) {
        let batch = set.selecting(rows: Array(order[start..<min(start + options.batch, set.rows)]))
        let (downGradient, upGradient) = adapter.gradients(batch)
        let rate =
          options.learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(max(steps, 1))))
        let decay = options.weightDecay
        downMoments.update(&adapter.down.values, downGradient, rate: rate, decay: decay)
        upMoments.update(&adapter.up.values, upGradient, rate: rate, decay: decay)
        step += 1
      }
    }
    return adapter
  }

  /// Derivatives of the weighted mean cross entropy by `down` and `up`.
  private func gradients(_ batch: TrainingSet) -> ([Float], [Float]) {
    let (rows, width, narrowWidth, classes) = (batch.rows, featureCount, down.rows, classCount)
    var narrow = [Float](repeating: 0, count: rows * narrowWidth)
    BLAS.multiply(
      batch.features.values, down.values, transposeB: true, m: rows, n: narrowWidth, k: width,
      into: &narrow)
    MultilayerPerceptron.activate(&narrow, .relu)
    var bent = [Float](repeating: 0, count: rows * width)
    BLAS.multiply(
      narrow, up.values, transposeB: true, m: rows, n: width, k: narrowWidth, into: &bent)
    let passes = bent.map { $0 > 0 }
    MultilayerPerceptron.activate(&bent, .relu)
    let lengths = mix(&bent, batch.features)

    var logits = [Float](repeating: 0, count: rows * classes)
    BLAS.multiply(
      bent, prompts.texts.values, transposeB: true, m: rows, n: classes, k: width,
      alpha: Float(prompts.scale), into: &logits)
    let p = ScoreMatrix(rows: rows, columns: classes, values: logits.map(Double.init)).softmax()
    let total = max(batch.weights.reduce(0, +), .leastNormalMagnitude)
    for row in 0..<rows {
      for label in 0..<classes {
        let error = p[row, label] - (batch.labels[row] == label ? 1 : 0)
        logits[row * classes + label] = Float(batch.weights[row] / total * error)
      }
    }
    var back = [Float](repeating: 0, count: rows * width)
    BLAS.multiply(
      logits, prompts.texts.values, m: rows, n: width, k: classes, alpha: Float(prompts.scale),
      into: &back)
    for row in 0..<rows {
      // Through the normalisation: (g − x̂ (x̂·g)) / length, then the mixture and the relu.
      let range = row * width..<(row + 1) * width
      let along = range.reduce(Float(0)) { $0 + back[$1] * bent[$1] }
      for index in range {
        let through = (back[index] - bent[index] * along) / lengths[row]
        back[index] = passes[index] ? through * Float(ratio) : 0
      }
    }
    var upGradient = [Float](repeating: 0, count: width * narrowWidth)
    BLAS.multiply(
      back, transposeA: true, narrow, m: width, n: narrowWidth, k: rows, into: &upGradient)
    var narrowBack = [Float](repeating: 0, count: rows * narrowWidth)
    BLAS.multiply(back, up.values, m: rows, n: narrowWidth, k: width, into: &narrowBack)
    for index in narrowBack.indices where narrow[index] <= 0 { narrowBack[index] = 0 }
    var downGradient = [Float](repeating: 0, count: narrowWidth * width)
    BLAS.multiply(
      narrowBack, transposeA: true, batch.features.values, m: narrowWidth, n: width, k: rows,
      into: &downGradient)
    return (downGradient, upGradient)
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    var result = [
      prefix + "down": TensorValue(down.values, shape: [down.rows, down.columns]),
      prefix + "up": TensorValue(up.values, shape: [up.rows, up.columns]),
      prefix + "ratio": TensorValue([ratio], shape: []),
    ]
    result.merge(prompts.tensors(prefix: prefix + "prompts.")) { $1 }
    return result
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    prompts = try ZeroShot(from: source, prefix: prefix + "prompts.")
    let stored = try source.tensor(prefix + "down")
    try stored.require(shape: [-1, prompts.featureCount])
    let other = try source.tensor(prefix + "up")
    try other.require(shape: [prompts.featureCount, stored.shape[0]])
    down = Matrix(rows: stored.shape[0], columns: stored.shape[1], values: try stored.floats())
    up = Matrix(rows: other.shape[0], columns: other.shape[1], values: try other.floats())
    ratio = try source.doubles(prefix + "ratio").first ?? 0.2
    try requireStored((0...1).contains(ratio), prefix + "ratio", "is not a share")
  }
}
