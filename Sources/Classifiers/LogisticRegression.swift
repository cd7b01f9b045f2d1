import CKernels
import Safetensors

/// Multinomial logistic regression with an L2 penalty on the weights, not on the intercepts.
///
/// Two classes have one row of weights, for class 1; more classes have one row each.
public struct LogisticRegression: ProbabilisticClassifier, Hashable {
  public static let kind = "logistic"

  /// One row (two classes) or one row per class; columns are features.
  public let weights: Matrix<Float>
  public let intercepts: [Float]

  public var featureCount: Int { weights.columns }
  public var classCount: Int { max(2, weights.rows) }

  /// Logits, rows × (1 for two classes, otherwise one per class).
  public func decisions(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    return Affine.apply(features, weights.values, intercepts)
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    let logits = try decisions(of: features)
    return weights.rows == 1 ? logits.binaryProbabilities() : logits.softmax()
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [
      prefix + "weight": TensorValue(weights.values, shape: [weights.rows, weights.columns]),
      prefix + "bias": TensorValue(intercepts),
    ]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let stored = try source.tensor(prefix + "weight")
    try stored.require(shape: [-1, -1])
    weights = Matrix(rows: stored.shape[0], columns: stored.shape[1], values: try stored.floats())
    intercepts = try source.floats(prefix + "bias")
    try requireStored(
      intercepts.count == weights.rows && weights.rows > 0 && weights.rows != 2, prefix + "bias",
      "does not fit the weights")
  }

  init(weights: Matrix<Float>, intercepts: [Float]) {
    self.weights = weights
    self.intercepts = intercepts
  }
}

extension LogisticRegression {
  /// What to minimise and when to stop.
  public struct Options: Sendable, Hashable {
    /// λ of mean weighted loss + λ/2 · |w|². scikit-learn's C is 1 / (λ · sum of weights).
    public var l2: Double
    public var maximumIterations: Int
    /// Largest component of the gradient at which it is done.
    public var tolerance: Double

    public init(l2: Double = 1e-4, maximumIterations: Int = 300, tolerance: Double = 1e-6) {
      self.l2 = l2
      self.maximumIterations = maximumIterations
      self.tolerance = tolerance
    }
  }

  /// Minimises the weighted mean log loss with L-BFGS in double precision, from zero or from an
  /// earlier fit of the same form.
  public static func train(
    on set: TrainingSet, options: Options = Options(), from start: LogisticRegression? = nil
  ) -> LogisticRegression {
    let columns = set.features.columns
    let outputs = set.classCount == 2 ? 1 : set.classCount
    let width = columns + 1
    let total = max(set.weights.reduce(0, +), .leastNormalMagnitude)
    var initial = [Double](repeating: 0, count: outputs * width)
    if let start, start.weights.rows == outputs, start.featureCount == columns {
      for output in 0..<outputs {
        for column in 0..<columns {
          initial[output * width + column] = Double(start.weights[output, column])
        }
        initial[output * width + columns] = Double(start.intercepts[output])
      }
    }
    var settings = LBFGS.Options()
    settings.maximumIterations = options.maximumIterations
    settings.gradientTolerance = options.tolerance
    let solution = LBFGS.minimise(from: initial, options: settings) { point, gradient in
      for index in gradient.indices { gradient[index] = 0 }
      var loss = lossAndGradient(set, outputs: outputs, point, &gradient) / total
      for index in gradient.indices { gradient[index] /= total }
      for output in 0..<outputs {
        for column in 0..<columns {
          let index = output * width + column
          loss += options.l2 / 2 * point[index] * point[index]
          gradient[index] += options.l2 * point[index]
        }
      }
      return loss
    }
    var weights = Matrix<Float>(rows: outputs, columns: columns, repeating: 0)
    for output in 0..<outputs {
      for column in 0..<columns {
        weights[output, column] = Float(solution[output * width + column])
      }
    }
    return LogisticRegression(
      weights: weights, intercepts: (0..<outputs).map { Float(solution[$0 * width + columns]) })
  }

  /// The weighted sum of the log loss; adds its gradient to `gradient`.
  private static func lossAndGradient(
    _ set: TrainingSet, outputs: Int, _ point: [Double], _ gradient: inout [Double]
  ) -> Double {
    let columns = set.features.columns
    let width = columns + 1
    var loss = 0.0
    var residuals = [Double](repeating: 0, count: outputs)
    set.features.values.withUnsafeBufferPointer { x in
      point.withUnsafeBufferPointer { point in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let x = x.baseAddress, let w = point.baseAddress, let g = gradient.baseAddress
          else { return }
          for row in 0..<set.rows where set.weights[row] > 0 {
            let features = x + row * columns
            for output in 0..<outputs {
              let weights = w + output * width
              residuals[output] = fk_dot_mixed(features, weights, columns) + weights[columns]
            }
            loss += set.weights[row] * residual(&residuals, label: set.labels[row])
            for output in 0..<outputs {
              let factor = set.weights[row] * residuals[output]
              fk_axpy_mixed(factor, features, g + output * width, columns)
              g[output * width + columns] += factor
            }
          }
        }
      }
    }
    return loss
  }

  /// Turns logits into the derivatives of the log loss by them; returns the loss.
  private static func residual(_ logits: inout [Double], label: Int) -> Double {
    if logits.count == 1 {
      let logit = logits[0]
      logits[0] = Elementary.logistic(logit) - Double(label)
      return Elementary.softplus(label == 1 ? -logit : logit)
    }
    let largest = logits.max() ?? 0
    let own = logits[label]
    var sum = 0.0
    for index in logits.indices {
      logits[index] = Elementary.exp(logits[index] - largest)
      sum += logits[index]
    }
    for index in logits.indices { logits[index] /= sum }
    logits[label] -= 1
    return Elementary.log(sum) + largest - own
  }
}
