import Classifiers
import Safetensors

/// The trained head of a detector: dense layers with arithmetic of their own, or a classifier of
/// any kind.
public enum BundleHead: Sendable {
  case dense(DenseHead)
  case classifier(Head)

  /// Before the names of a classifier's tensors; a file of dense layers has none like it.
  private static let prefix = "head."

  public var inputCount: Int {
    switch self {
    case .dense(let head): head.inputCount
    case .classifier(let head): head.featureCount
    }
  }

  public var outputCount: Int {
    switch self {
    case .dense(let head): head.outputCount
    case .classifier(let head): head.classCount
    }
  }

  /// The softmax for one input of `inputCount` numbers; `outputCount` numbers that sum to 1.
  public func probabilities(_ input: [Float]) -> [Double] { probabilities(rows: [input])[0] }

  /// The same for several inputs, each as if it were alone.
  public func probabilities(rows: [[Float]]) -> [[Double]] {
    switch self {
    case .dense(let head): head.probabilities(rows: rows)
    case .classifier(let head): rows.map { Self.probabilities($0, head) }
    }
  }

  /// How far pictures lie outside of what the head learnt from: the mean share of their numbers that
  /// are further than `DenseHead.clip` deviations from the mean, 0…1. 0 where nothing is standardised.
  package func outlierShare(rows: [[Float]]) -> Double {
    let mean: [Float]
    let scale: [Float]
    switch self {
    case .dense(let head): (mean, scale) = (head.mean, head.scale)
    case .classifier(let head):
      guard let standardizer = head.standardizer else { return 0 }
      (mean, scale) = (standardizer.means, standardizer.scales)
    }
    let sum = rows.reduce(0) { $0 + DenseHead.outlierShare($1, mean: mean, scale: scale) }
    return sum / Double(max(1, rows.count))
  }

  private static func probabilities(_ input: [Float], _ head: Head) -> [Double] {
    let row = held(
      FeatureMatrix(rows: 1, columns: input.count, values: input), by: head.standardizer)
    guard let result = try? head.probabilities(of: row) else {
      preconditionFailure("a bundle's heads are checked when it is loaded")
    }
    return result.values
  }

  /// Features held within `DenseHead.clip` deviations of the mean, as dense layers hold theirs;
  /// what is not a number becomes the mean.
  public static func held(
    _ features: FeatureMatrix, by standardizer: Standardizer?
  ) -> FeatureMatrix {
    guard let standardizer else { return features }
    var values = features.values
    for row in 0..<features.rows {
      for column in 0..<features.columns {
        let (mean, scale) = (standardizer.means[column], standardizer.scales[column])
        let index = row * features.columns + column
        let reach = DenseHead.clip / scale
        values[index] =
          values[index].isFinite
          ? min(max(values[index], mean - reach), mean + reach) : mean
      }
    }
    return FeatureMatrix(rows: features.rows, columns: features.columns, values: values)
  }

  /// Everything needed to load it again.
  public func tensors() -> [String: TensorValue] {
    switch self {
    case .dense(let head): head.tensors()
    case .classifier(let head): head.tensors(prefix: Self.prefix)
    }
  }

  /// Reads a head of the given number of inputs and outputs; `file` is for errors.
  static func load(
    from source: some TensorSource, file: String, inputs: Int, outputs: Int
  ) throws(BundleError) -> BundleHead {
    guard source.names.contains(prefix + "kind") else {
      return .dense(
        try DenseHead.load(from: source, file: file, inputs: inputs, outputs: outputs))
    }
    let head: Head
    do {
      head = try Head(from: source, prefix: prefix)
    } catch {
      throw .malformed(file: file, detail: String(describing: error))
    }
    guard head.featureCount == inputs, head.classCount == outputs else {
      throw .badTensor(
        file: file, tensor: prefix + "kind",
        detail: "takes \(head.featureCount) features and gives \(head.classCount) classes where "
          + "the bundle has \(inputs) and \(outputs)")
    }
    return .classifier(head)
  }
}
