import CKernels
import Safetensors

/// Linear support vector machines with squared hinge loss, for two or more classes.
///
/// Probabilities are the logistic function (two classes) or softmax (more) of the decision
/// values; they mean little before a `Head` has been calibrated.
public struct LinearSVM: ProbabilisticClassifier, Hashable {
  public static let kind = "svm"

  /// How machines for two classes make one for many.
  public enum Scheme: String, Sendable, Hashable, CaseIterable {
    /// One machine per class against all others; for two classes a single one, for class 1.
    case oneVersusRest
    /// One per pair (0,1), (0,2) … in that order; a positive decision means the second class.
    case oneVersusOne
  }

  public let scheme: Scheme
  public let classCount: Int
  /// Machines × features.
  public let weights: Matrix<Double>
  public let intercepts: [Double]
  /// Which classes had rows to learn from. Nothing is known of the others: they get no vote, a decision
  /// of −∞ and no probability.
  public let trained: [Bool]

  public var featureCount: Int { weights.columns }

  /// The decision of each machine: rows × machines.
  public func machineDecisions(
    of features: FeatureMatrix
  ) throws(ClassifierError) -> ScoreMatrix {
    try checkWidth(features)
    var result = ScoreMatrix(rows: features.rows, columns: weights.rows, repeating: 0)
    let columns = weights.columns
    features.values.withUnsafeBufferPointer { x in
      weights.values.withUnsafeBufferPointer { w in
        guard let x = x.baseAddress, let w = w.baseAddress else { return }
        for row in 0..<features.rows {
          for machine in 0..<weights.rows {
            result[row, machine] =
              fk_dot_mixed(x + row * columns, w + machine * columns, columns)
              + intercepts[machine]
          }
        }
      }
    }
    return result
  }

  /// Rows × classes (two classes: one column, positive for class 1). One-versus-one counts votes
  /// and breaks ties by the sum of signed confidences s, as s / (3(|s| + 1)), scikit-learn's rule.
  /// With more than two classes those without training rows have −∞.
  public func decisions(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    let machines = try machineDecisions(of: features)
    guard classCount > 2 else { return machines }
    var result = scheme == .oneVersusOne ? votes(machines) : machines
    for label in trained.indices where !trained[label] {
      for row in 0..<result.rows { result[row, label] = -.infinity }
    }
    return result
  }

  private func votes(_ machines: ScoreMatrix) -> ScoreMatrix {
    var result = ScoreMatrix(rows: machines.rows, columns: classCount, repeating: 0)
    for row in 0..<machines.rows {
      var confidences = [Double](repeating: 0, count: classCount)
      for (machine, pair) in Self.pairs(classCount).enumerated()
      where trained[pair.first] && trained[pair.second] {
        let decision = machines[row, machine]
        result[row, decision > 0 ? pair.second : pair.first] += 1
        confidences[pair.first] -= decision
        confidences[pair.second] += decision
      }
      for (label, sum) in confidences.enumerated() {
        result[row, label] += sum / (3 * (abs(sum) + 1))
      }
    }
    return result
  }

  public func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix {
    let decisions = try decisions(of: features)
    return classCount == 2 ? decisions.binaryProbabilities() : decisions.softmax()
  }

  /// The pairs of one-versus-one in the order of the machines.
  public static func pairs(_ classCount: Int) -> [(first: Int, second: Int)] {
    (0..<classCount).flatMap { first in (first + 1..<max(classCount, first + 1)).map { (first, $0) }
    }
  }

  /// Trains to the optimum; `cost` is C, multiplied by each row's weight.
  public static func train(
    on set: TrainingSet, cost: Double = 1, scheme: Scheme = .oneVersusRest,
    tolerance: Double = 1e-9
  ) -> LinearSVM {
    let usable = (0..<set.rows).filter { set.weights[$0] > 0 }
    func machine(_ rows: [Int], _ isPositive: (Int) -> Bool) -> [Double] {
      SquaredHingeSolver(
        set.features, rows: rows, targets: rows.map { isPositive(set.labels[$0]) ? 1 : -1 },
        costs: rows.map { cost * set.weights[$0] }
      ).solve(tolerance: tolerance)
    }
    let machines: [[Double]] =
      if set.classCount == 2 {
        [machine(usable) { $0 == 1 }]
      } else if scheme == .oneVersusRest {
        (0..<set.classCount).map { label in machine(usable) { $0 == label } }
      } else {
        pairs(set.classCount).map { pair in
          machine(usable.filter { set.labels[$0] == pair.first || set.labels[$0] == pair.second }) {
            $0 == pair.second
          }
        }
      }
    let columns = set.features.columns
    let present = Set(usable.map { set.labels[$0] })
    return LinearSVM(
      scheme: scheme, classCount: set.classCount,
      weights: Matrix(
        rows: machines.count, columns: columns,
        values: machines.flatMap { $0[..<columns] }),
      intercepts: machines.map { $0[columns] },
      trained: (0..<set.classCount).map { present.isEmpty || present.contains($0) })
  }

  private init(
    scheme: Scheme, classCount: Int, weights: Matrix<Double>, intercepts: [Double],
    trained: [Bool]
  ) {
    self.scheme = scheme
    self.classCount = classCount
    self.weights = weights
    self.intercepts = intercepts
    self.trained = trained
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [
      prefix + "weight": TensorValue(weights.values, shape: [weights.rows, weights.columns]),
      prefix + "bias": TensorValue(intercepts),
      prefix + "classes": TensorValue([classCount], shape: []),
      prefix + "scheme": TensorValue(Array(scheme.rawValue.utf8)),
      prefix + "trained": TensorValue(trained.map { $0 ? UInt8(1) : 0 }),
    ]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let stored = try source.tensor(prefix + "weight")
    try stored.require(shape: [-1, -1])
    weights = Matrix(rows: stored.shape[0], columns: stored.shape[1], values: try stored.doubles())
    intercepts = try source.doubles(prefix + "bias")
    classCount = try source.integers(prefix + "classes").first ?? 0
    let name = String(decoding: try source.tensor(prefix + "scheme").bytes(), as: UTF8.self)
    guard let scheme = Scheme(rawValue: name) else {
      throw SafetensorsError(
        .unexpectedTensor, subject: prefix + "scheme", detail: "names no known scheme")
    }
    self.scheme = scheme
    let sound = (2...4096).contains(classCount)
    // Machines that older versions wrote do not say which classes they learnt.
    trained =
      source.names.contains(prefix + "trained")
      ? try source.tensor(prefix + "trained").bytes().map { $0 != 0 }
      : [Bool](repeating: true, count: sound ? classCount : 1)
    let pairs = sound ? classCount * (classCount - 1) / 2 : 0
    let machines = classCount == 2 ? 1 : scheme == .oneVersusRest ? classCount : pairs
    try requireStored(
      sound && weights.rows == machines && intercepts.count == machines, prefix + "weight",
      "does not fit the classes")
    try requireStored(
      trained.count == classCount && trained.contains(true), prefix + "trained",
      "does not fit the classes")
  }
}
