import Classifiers
import Detectors

/// Trains a head: standardisation and a network of two layers.
struct HeadTrainer: Sendable {
  var options: MultilayerPerceptron.Options

  /// - Parameter features: one row a view.
  /// - Parameter labels: family indices, one a row.
  /// - Parameter start: a head to go on from; its standardisation is kept, and where it has other
  ///   families only its hidden layer.
  func train(
    _ features: FeatureMatrix, labels: [Int], weights: [Double], families: Int,
    from start: DenseHead? = nil
  ) throws(LaboratoryError) -> DenseHead {
    let standardizer =
      start.map { Standardizer(means: $0.mean, scales: $0.scale) }
      ?? Self.standardizer(features, weights: weights)
    let inputs = Self.standardised(features, standardizer)
    let set: TrainingSet
    do {
      set = try TrainingSet(
        features: inputs, labels: labels, classCount: families, weights: weights)
    } catch {
      throw .training(error.description)
    }
    var options = options
    // A small data set gets smaller batches, so that there are enough steps.
    options.batch = min(options.batch, max(8, set.rows / 16))
    let network = MultilayerPerceptron.train(
      on: set, options: options, from: start.flatMap(Self.network)
    ).network
    return DenseHead(
      mean: standardizer.means, scale: standardizer.scales,
      layers: [
        Self.layer(network.hiddenWeights, network.hiddenBias),
        Self.layer(network.outputWeights, network.outputBias),
      ])
  }

  /// Trains a head of any kind on rows held as a bundle holds them.
  static func train(
    _ recipe: HeadRecipe, _ features: FeatureMatrix, labels: [Int], weights: [Double],
    families: Int
  ) throws(LaboratoryError) -> Head {
    let held = BundleHead.held(features, by: standardizer(features, weights: weights))
    let set: TrainingSet
    do {
      set = try TrainingSet(
        features: held, labels: labels, classCount: families, weights: weights)
    } catch {
      throw .training(error.description)
    }
    return try recipe.train(on: set)
  }

  /// A head of two layers as a network to go on from.
  private static func network(_ head: DenseHead) -> MultilayerPerceptron? {
    guard head.layers.count == 2 else { return nil }
    func matrix(_ layer: DenseHead.Layer, inputs: Int) -> FeatureMatrix {
      var values = [Float](repeating: 0, count: layer.weight.count)
      let outputs = layer.bias.count
      for input in 0..<inputs {
        for output in 0..<outputs {
          values[output * inputs + input] = layer.weight[input * outputs + output]
        }
      }
      return FeatureMatrix(rows: outputs, columns: inputs, values: values)
    }
    let hidden = head.layers[0]
    return MultilayerPerceptron(
      hiddenWeights: matrix(hidden, inputs: head.inputCount), hiddenBias: hidden.bias,
      outputWeights: matrix(head.layers[1], inputs: hidden.bias.count),
      outputBias: head.layers[1].bias)
  }

  /// Learns mean and deviation, passing over what is not a number (a detector left out).
  private static func standardizer(
    _ features: FeatureMatrix, weights: [Double]
  ) -> Standardizer {
    guard features.values.contains(where: { !$0.isFinite }) else {
      return Standardizer(fitting: features, weights: weights)
    }
    let whole = (0..<features.rows).filter { features.row($0).allSatisfy(\.isFinite) }
    return Standardizer(
      fitting: features.selecting(rows: whole), weights: whole.map { weights[$0] })
  }

  /// As `DenseHead` standardises: held within its bounds, and 0 for what is not a number.
  private static func standardised(
    _ features: FeatureMatrix, _ standardizer: Standardizer
  ) -> FeatureMatrix {
    let columns = features.columns
    let values = [Float](unsafeUninitializedCapacity: features.values.count) { target, count in
      features.values.withUnsafeBufferPointer { source in
        var index = 0
        for _ in 0..<features.rows {
          for column in 0..<columns {
            let value = (source[index] - standardizer.means[column]) * standardizer.scales[column]
            target[index] =
              value.isFinite ? min(max(value, -DenseHead.clip), DenseHead.clip) : 0
            index += 1
          }
        }
      }
      count = features.values.count
    }
    return FeatureMatrix(rows: features.rows, columns: columns, values: values)
  }

  /// Outputs × inputs → inputs × outputs.
  private static func layer(_ weights: FeatureMatrix, _ bias: [Float]) -> DenseHead.Layer {
    var transposed = [Float](repeating: 0, count: weights.values.count)
    for row in 0..<weights.rows {
      for column in 0..<weights.columns {
        transposed[column * weights.rows + row] = weights[row, column]
      }
    }
    return DenseHead.Layer(weight: transposed, bias: bias)
  }
}
