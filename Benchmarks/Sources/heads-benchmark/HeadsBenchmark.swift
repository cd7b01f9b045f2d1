import Classifiers
import Safetensors

/// Trains heads on features that another program wrote, one for each line of standard input, so
/// that a driver can alternate with a rival in one run.
///
/// Usage: `heads-benchmark FEATURES.safetensors`, with the tensors `x` (F32, rows × features) and
/// `y` (I64). Lines: `svm COST`, `ovo COST`, `mlp HIDDEN BATCH EPOCHS RATE`. Each answer is one
/// line: seconds, accuracy on the training rows, and the objective of a two-class machine or the
/// mean loss of a network.
@main
struct HeadsBenchmark {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: heads-benchmark FEATURES.safetensors")
      return
    }
    let file = try SafetensorsFile.open(CommandLine.arguments[1])
    let x = try file.tensor("x")
    let labels = try file.integers("y")
    let set = try TrainingSet(
      features: FeatureMatrix(rows: x.shape[0], columns: x.shape[1], values: try x.floats()),
      labels: labels, classCount: (labels.max() ?? 0) + 1)
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      let numbers = words.dropFirst().compactMap(Double.init)
      print(try answer(words.first ?? "", numbers, set))
      flush()
    }
  }

  private static func answer(
    _ what: String, _ numbers: [Double], _ set: TrainingSet
  ) throws -> String {
    switch what {
    case "svm", "ovo":
      let cost = numbers.first ?? 1
      let scheme = what == "ovo" ? LinearSVM.Scheme.oneVersusOne : .oneVersusRest
      var svm: LinearSVM?
      let seconds = ContinuousClock().measure {
        svm = LinearSVM.train(on: set, cost: cost, scheme: scheme)
      }
      guard let svm else { return "nothing" }
      let decisions = try svm.decisions(of: set.features)
      let objective = set.classCount == 2 ? objective(svm, decisions.values, set, cost) : 0
      return "\(value(seconds)) \(try accuracy(svm, set)) \(objective)"
    case "mlp":
      guard numbers.count == 4 else { return "four numbers are needed" }
      let options = MultilayerPerceptron.Options(
        hidden: Int(numbers[0]), epochs: Int(numbers[2]), batch: Int(numbers[1]),
        learningRate: numbers[3], finalRate: 1, weightDecay: 0)
      var network: MultilayerPerceptron?
      let seconds = ContinuousClock().measure {
        network = MultilayerPerceptron.train(on: set, options: options).network
      }
      guard let network else { return "nothing" }
      return "\(value(seconds)) \(try accuracy(network, set)) \(network.meanLoss(on: set))"
    default: return "unknown: \(what)"
    }
  }

  private static func accuracy(
    _ head: some ProbabilisticClassifier, _ set: TrainingSet
  ) throws -> Double {
    Metrics.accuracy(
      labels: set.labels, predictions: try head.probabilities(of: set.features).winners)
  }

  private static func objective(
    _ svm: LinearSVM, _ decisions: [Double], _ set: TrainingSet, _ cost: Double
  ) -> Double {
    let norm = svm.weights.values.reduce(svm.intercepts[0] * svm.intercepts[0]) { $0 + $1 * $1 }
    return zip(decisions, set.labels).reduce(norm / 2) { sum, pair in
      let slack = max(0, 1 - (pair.1 == 1 ? pair.0 : -pair.0))
      return sum + cost * slack * slack
    }
  }

  private static func value(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
