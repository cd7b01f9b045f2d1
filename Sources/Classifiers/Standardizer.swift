import Safetensors

/// Shifts and scales every feature to mean 0 and standard deviation 1 over the training rows.
public struct Standardizer: Sendable, Hashable {
  public let means: [Float]
  /// Reciprocals of the standard deviations; 1 for a constant feature.
  public let scales: [Float]

  public init(means: [Float], scales: [Float]) {
    precondition(means.count == scales.count)
    self.means = means
    self.scales = scales
  }

  /// Learns from the rows, each counted by its weight (all one without weights). Sums are taken
  /// in double precision about the first pass's means.
  public init(fitting features: FeatureMatrix, weights: [Double]? = nil) {
    let columns = features.columns
    var total = 0.0
    var means = [Double](repeating: 0, count: columns)
    var squares = [Double](repeating: 0, count: columns)
    features.values.withUnsafeBufferPointer { x in
      for row in 0..<features.rows {
        let weight = weights?[row] ?? 1
        total += weight
        for column in 0..<columns { means[column] += weight * Double(x[row * columns + column]) }
      }
      for column in 0..<columns { means[column] /= max(total, .leastNormalMagnitude) }
      for row in 0..<features.rows {
        let weight = weights?[row] ?? 1
        for column in 0..<columns {
          let difference = Double(x[row * columns + column]) - means[column]
          squares[column] += weight * difference * difference
        }
      }
    }
    self.means = means.map { Float($0) }
    scales = zip(squares, means).map { square, mean in
      let deviation = (square / max(total, .leastNormalMagnitude)).squareRoot()
      // Rounding leaves a constant feature with a deviation of a few units in the last place.
      return deviation > 1e-7 * abs(mean) && deviation > 1e-30 ? Float(1 / deviation) : 1
    }
  }

  /// The features standardised.
  public func apply(_ features: FeatureMatrix) throws(ClassifierError) -> FeatureMatrix {
    guard features.columns == means.count else {
      throw .wrongWidth(expected: means.count, actual: features.columns)
    }
    let columns = means.count
    let values = [Float](unsafeUninitializedCapacity: features.values.count) { target, count in
      features.values.withUnsafeBufferPointer { x in
        means.withUnsafeBufferPointer { means in
          scales.withUnsafeBufferPointer { scales in
            for row in 0..<features.rows {
              let base = row * columns
              for column in 0..<columns {
                target[base + column] = (x[base + column] - means[column]) * scales[column]
              }
            }
          }
        }
      }
      count = features.values.count
    }
    return FeatureMatrix(rows: features.rows, columns: columns, values: values)
  }

  /// `mean` and `scale` under `prefix`.
  public func tensors(prefix: String) -> [String: TensorValue] {
    [prefix + "mean": TensorValue(means), prefix + "scale": TensorValue(scales)]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    means = try source.floats(prefix + "mean")
    scales = try source.floats(prefix + "scale")
    try requireStored(means.count == scales.count, prefix + "scale", "differs from mean in size")
  }
}
