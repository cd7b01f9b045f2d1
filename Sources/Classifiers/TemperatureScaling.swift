import Safetensors

/// Divides logits by one positive number (Guo et al., *On Calibration of Modern Neural Networks*,
/// 2017), found by minimising the log loss of held-out rows.
public struct TemperatureScaling: Sendable, Hashable {
  public let temperature: Double

  public init(temperature: Double) { self.temperature = temperature }

  /// The minimum over the logarithm of the temperature, in which the loss has one minimum.
  public init(fitting logits: ScoreMatrix, labels: [Int], weights: [Double]? = nil) {
    func loss(_ logTemperature: Double) -> Double {
      Self.meanLoss(logits, labels, weights, inverse: Elementary.exp(-logTemperature))
    }
    // Golden section; 90 steps narrow the bracket to less than the resolution of the minimum.
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-12.0, 12.0)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (leftLoss, rightLoss) = (loss(left), loss(right))
    for _ in 0..<60 {
      if leftLoss <= rightLoss {
        (high, right, rightLoss) = (right, left, leftLoss)
        left = high - ratio * (high - low)
        leftLoss = loss(left)
      } else {
        (low, left, leftLoss) = (left, right, rightLoss)
        right = low + ratio * (high - low)
        rightLoss = loss(right)
      }
    }
    // Golden section alone stops at the square root of the precision; the zero of the derivative
    // is sharper.
    var point = (low + high) / 2
    for _ in 0..<20 {
      let (first, second) = Self.derivatives(
        logits, labels, weights, inverse: Elementary.exp(-point))
      guard second > 0, abs(first) > 1e-14 else { break }
      // By the inverse temperature b; d log T = −db / b.
      point += first / second / Elementary.exp(-point)
      guard abs(point) < 12 else { break }
    }
    let refined = abs(point) < 12 && loss(point) <= loss((low + high) / 2) + 1e-12
    temperature = Elementary.exp(refined ? point : (low + high) / 2)
  }

  /// Probabilities from logits.
  public func probabilities(_ logits: ScoreMatrix) -> ScoreMatrix {
    ScoreMatrix(
      rows: logits.rows, columns: logits.columns, values: logits.values.map { $0 / temperature }
    ).softmax()
  }

  /// The mean log loss at this temperature.
  public func loss(_ logits: ScoreMatrix, labels: [Int]) -> Double {
    Self.meanLoss(logits, labels, nil, inverse: 1 / temperature)
  }

  private static func meanLoss(
    _ logits: ScoreMatrix, _ labels: [Int], _ weights: [Double]?, inverse: Double
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (row, label) in labels.enumerated() {
      let values = logits.row(row)
      let largest = values.max() ?? 0
      let partition = values.reduce(0) { $0 + Elementary.exp(inverse * ($1 - largest)) }
      let weight = weights?[row] ?? 1
      sum += weight * (Elementary.log(partition) - inverse * (logits[row, label] - largest))
      total += weight
    }
    return sum / total
  }

  /// First and second derivative of the mean loss by the inverse temperature.
  private static func derivatives(
    _ logits: ScoreMatrix, _ labels: [Int], _ weights: [Double]?, inverse: Double
  ) -> (Double, Double) {
    var (first, second, total) = (0.0, 0.0, 0.0)
    for (row, label) in labels.enumerated() {
      let values = logits.row(row)
      let largest = values.max() ?? 0
      var (partition, mean, square) = (0.0, 0.0, 0.0)
      for value in values {
        let e = Elementary.exp(inverse * (value - largest))
        partition += e
        mean += e * (value - largest)
        square += e * (value - largest) * (value - largest)
      }
      mean /= partition
      let weight = weights?[row] ?? 1
      first += weight * (mean - (logits[row, label] - largest))
      second += weight * (square / partition - mean * mean)
      total += weight
    }
    return (first / total, second / total)
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [prefix + "temperature": TensorValue([temperature], shape: [])]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let values = try source.doubles(prefix + "temperature")
    temperature = values.first ?? 1
    try requireStored(
      values.count == 1 && temperature > 0 && temperature.isFinite, prefix + "temperature",
      "is not one positive number")
  }
}
