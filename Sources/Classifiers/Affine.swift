import CKernels

/// Affine maps whose result for a row does not depend on the other rows.
enum Affine {
  /// Rows × outputs from weights of outputs × inputs.
  static func apply(_ features: FeatureMatrix, _ weights: [Float], _ bias: [Float]) -> ScoreMatrix {
    let result = applyFloat(features, weights, bias)
    return ScoreMatrix(
      rows: result.rows, columns: result.columns, values: result.values.map(Double.init))
  }

  static func applyFloat(
    _ features: FeatureMatrix, _ weights: [Float], _ bias: [Float]
  ) -> FeatureMatrix {
    let (inputs, outputs) = (features.columns, bias.count)
    precondition(weights.count == inputs * outputs)
    let values = [Float](unsafeUninitializedCapacity: features.rows * outputs) { target, count in
      features.values.withUnsafeBufferPointer { x in
        for row in 0..<features.rows {
          guard let source = x.baseAddress, let target = target.baseAddress else { break }
          fk_affine(source + row * inputs, weights, bias, inputs, outputs, target + row * outputs)
        }
      }
      count = features.rows * outputs
    }
    return FeatureMatrix(rows: features.rows, columns: outputs, values: values)
  }
}
