import Safetensors

/// A classifier of any kind with what stands before and after it, as a model bundle stores it:
/// standardise → bring to unit length → classify → temperature.
public struct Head: Sendable {
  public var standardizer: Standardizer?
  /// Whether rows are divided by their length before they are classified, as adapters that
  /// compare directions need it.
  public var normalizesRows = false
  public var classifier: any ProbabilisticClassifier
  /// Applied to the logarithms of the probabilities, which equals dividing the logits.
  public var temperature: TemperatureScaling?

  public init(
    standardizer: Standardizer? = nil, normalizesRows: Bool = false,
    classifier: any ProbabilisticClassifier, temperature: TemperatureScaling? = nil
  ) {
    self.standardizer = standardizer
    self.normalizesRows = normalizesRows
    self.classifier = classifier
    self.temperature = temperature
  }

  public var featureCount: Int { standardizer?.means.count ?? classifier.featureCount }
  public var classCount: Int { classifier.classCount }

  /// Rows × classes; each row sums to one.
  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    let raw = try classifier.probabilities(of: prepare(features))
    guard let temperature else { return raw }
    return temperature.probabilities(raw.logarithms())
  }

  /// The features as the classifier sees them.
  public func prepare(_ features: FeatureMatrix) throws(ClassifierError) -> FeatureMatrix {
    let standardised = try standardizer?.apply(features) ?? features
    return normalizesRows ? standardised.unitRows() : standardised
  }

  /// Fits the temperature to held-out rows, but for those of classes that the classifier never learnt:
  /// no temperature mends a probability of 0.
  public mutating func calibrate(on set: TrainingSet) throws(ClassifierError) {
    temperature = nil
    let raw = try probabilities(of: set.features)
    let known = (0..<set.rows).filter { raw[$0, set.labels[$0]] > 0 }
    guard !known.isEmpty else { return }
    temperature = TemperatureScaling(
      fitting: raw.selecting(rows: known).logarithms(), labels: known.map { set.labels[$0] },
      weights: known.map { set.weights[$0] })
  }

  /// The kinds of head that `init(from:prefix:)` knows.
  static let kinds: [any ProbabilisticClassifier.Type] = [
    LogisticRegression.self, MultilayerPerceptron.self, GradientBoostedTrees.self,
    LinearSVM.self, ZeroShot.self, TipAdapter.self, CLIPAdapter.self,
  ]

  /// Everything needed to make it again, under names that begin with `prefix`.
  public func tensors(prefix: String) -> [String: TensorValue] {
    var result = classifier.tensors(prefix: prefix + "classifier.")
    result[prefix + "kind"] = TensorValue(Array(type(of: classifier).kind.utf8))
    if let standardizer {
      result.merge(standardizer.tensors(prefix: prefix + "standardizer.")) { $1 }
    }
    if let temperature { result.merge(temperature.tensors(prefix: prefix)) { $1 } }
    if normalizesRows { result[prefix + "unit-rows"] = TensorValue([UInt8(1)]) }
    return result
  }

  /// Reads what `tensors(prefix:)` wrote.
  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let kind = String(decoding: try source.tensor(prefix + "kind").bytes(), as: UTF8.self)
    guard let type = Self.kinds.first(where: { $0.kind == kind }) else {
      throw SafetensorsError(
        .unexpectedTensor, subject: prefix + "kind", detail: "\(kind) is no known kind of head")
    }
    let names = Set(source.names)
    classifier = try type.init(from: source, prefix: prefix + "classifier.")
    if names.contains(prefix + "standardizer.mean") {
      let standardizer = try Standardizer(from: source, prefix: prefix + "standardizer.")
      try requireStored(
        standardizer.means.count == classifier.featureCount, prefix + "standardizer.mean",
        "does not fit the classifier")
      self.standardizer = standardizer
    }
    if names.contains(prefix + "temperature") {
      temperature = try TemperatureScaling(from: source, prefix: prefix)
    }
    normalizesRows = names.contains(prefix + "unit-rows")
  }
}

extension Matrix where Element == Float {
  /// Every row divided by its length; rows of zeros stay.
  public func unitRows() -> Self {
    var result = self
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let square = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }
      let factor = Float(1 / max(square.squareRoot(), 1e-12))
      for index in range { result.values[index] *= factor }
    }
    return result
  }
}

extension Matrix where Element == Double {
  /// The natural logarithm of every value, none below the smallest normal number's.
  func logarithms() -> Self {
    Self(
      rows: rows, columns: columns,
      values: values.map { Elementary.log(max($0, .leastNormalMagnitude)) })
  }
}
