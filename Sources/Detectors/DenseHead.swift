import CKernels
import Glibc
import Safetensors

/// A trained head: standardises its input, then one or two dense layers with a rectifier
/// between, then a softmax.
///
/// The arithmetic is in plain loops, in one fixed order: a head is a thousandth of the cost of
/// the features it reads, and its answer must not depend on a library's threads or batches.
public struct DenseHead: Hashable, Sendable {
  /// One dense layer: `outputs = inputs × weight + bias`.
  public struct Layer: Hashable, Sendable {
    /// `inputs × outputs` numbers, the outputs of one input side by side, so that the inner loop
    /// runs over independent sums.
    public var weight: [Float]
    public var bias: [Float]

    public init(weight: [Float], bias: [Float]) {
      self.weight = weight
      self.bias = bias
    }
  }

  /// Standardised inputs are held within ± this many deviations, so that no single strange
  /// feature can decide alone.
  public static let clip: Float = 6

  /// Subtracted from the input, and multiplied onto the difference (1 / deviation).
  public let mean: [Float]
  public let scale: [Float]
  /// One or two.
  public let layers: [Layer]

  /// - Precondition: the shapes fit each other.
  public init(mean: [Float], scale: [Float], layers: [Layer]) {
    precondition(mean.count == scale.count && (1...2).contains(layers.count))
    var width = mean.count
    for layer in layers {
      precondition(layer.weight.count == width * layer.bias.count)
      width = layer.bias.count
    }
    self.mean = mean
    self.scale = scale
    self.layers = layers
  }

  public var inputCount: Int { mean.count }
  public var outputCount: Int { layers.last?.bias.count ?? 0 }

  /// The softmax for one input of `inputCount` numbers; `outputCount` numbers that sum to 1.
  public func probabilities(_ input: [Float]) -> [Double] { probabilities(rows: [input])[0] }

  /// The same for several inputs, each as if it were alone; the weights are gone through once.
  public func probabilities(rows: [[Float]]) -> [[Double]] {
    var values = rows.flatMap(standardised)
    for (index, layer) in layers.enumerated() {
      values = Self.apply(layer, to: values, rows: rows.count)
      if index + 1 < layers.count {
        for unit in values.indices where values[unit] < 0 { values[unit] = 0 }
      }
    }
    return rows.indices.map {
      Self.softmax(Array(values[($0 * outputCount)..<(($0 + 1) * outputCount)]))
    }
  }

  /// The standardised, clipped input. A value that is not finite counts as the mean.
  private func standardised(_ input: [Float]) -> [Float] {
    precondition(input.count == mean.count)
    return [Float](unsafeUninitializedCapacity: input.count) { target, count in
      fk_standardise(input, mean, scale, input.count, Self.clip, target.baseAddress)
      count = input.count
    }
  }

  /// The share of an input's numbers that lie further than `clip` deviations from the mean, 0…1;
  /// what is not finite counts among them.
  static func outlierShare(_ input: [Float], mean: [Float], scale: [Float]) -> Double {
    precondition(input.count == mean.count && mean.count == scale.count)
    let count = input.indices.count { !(abs((input[$0] - mean[$0]) * scale[$0]) <= clip) }
    return Double(count) / Double(max(1, input.count))
  }

  private static func apply(_ layer: Layer, to inputs: [Float], rows: Int) -> [Float] {
    var sums = [Float]()
    for _ in 0..<rows { sums += layer.bias }
    fk_dense(inputs, rows, layer.weight, inputs.count / max(1, rows), layer.bias.count, &sums)
    return sums
  }

  static func softmax(_ logits: [Float]) -> [Double] {
    let top = Double(logits.max() ?? 0)
    let powers = logits.map { exp(Double($0) - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
