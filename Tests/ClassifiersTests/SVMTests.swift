import Classifiers
import Foundation
import Safetensors
import Testing

@Suite struct SVMTests {
  static func objective(_ svm: LinearSVM, _ set: TrainingSet, cost: Double) throws -> Double {
    let decisions = try svm.decisions(of: set.features).values
    var value = svm.weights.values.reduce(0) { $0 + $1 * $1 / 2 }
    value += svm.intercepts[0] * svm.intercepts[0] / 2
    for (decision, label) in zip(decisions, set.labels) {
      let slack = max(0, 1 - (label == 1 ? decision : -decision))
      value += cost * slack * slack
    }
    return value
  }

  @Test(
    .enabled(if: Goldens.exist, "no reference values beside the repository"),
    arguments: ["converged", "default"])
  func binaryMachineMeetsTheReference(name: String) throws {
    let set = try Goldens.set("bin.train", classes: 2)
    let test = try Goldens.set("bin.test", classes: 2)
    let svm = LinearSVM.train(on: set)
    let expected = try Goldens.scalars("bin.svc_C1_\(name)")
    // The reference's default run stops early, at 5e-4 of its first gradient.
    let tolerance = name == "converged" ? 1e-7 : 1e-3
    let file = try Goldens.tensors()
    let weights = try file.doubles("bin.svc_C1_\(name).coef")
    #expect(distance(svm.weights.values, weights) < tolerance)
    #expect(abs(svm.intercepts[0] - (expected["intercept"] ?? .nan)) < tolerance)
    let decisions = try svm.decisions(of: test.features).values
    #expect(distance(decisions, try file.doubles("bin.svc_C1_\(name).decision")) < tolerance)
    let objective = try Self.objective(svm, set, cost: 1)
    #expect(objective <= (expected["objective"] ?? .nan) + 1e-9)
    #expect(abs(objective - (expected["objective"] ?? .nan)) < 1e-4)
    let right = Metrics.accuracy(labels: test.labels, predictions: decisions.map { $0 > 0 ? 1 : 0 })
    #expect(right == expected["test_accuracy"])
  }

  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func oneVersusOneMeetsTheReference() throws {
    let set = try Goldens.set("multi.train", classes: 16)
    let test = try Goldens.set("multi.test", classes: 16)
    let svm = LinearSVM.train(on: set, scheme: .oneVersusOne)
    #expect(svm.weights.rows == 120)
    let file = try Goldens.tensors()
    #expect(distance(svm.intercepts, try file.doubles("multi.ovo.intercept")) < 1e-4)
    let first = Array(svm.weights.values[..<(3 * 768)])
    #expect(distance(first, try file.doubles("multi.ovo.coef_first3")) < 1e-4)
    let machines = try svm.machineDecisions(of: test.features).values
    #expect(distance(machines, try file.doubles("multi.ovo.pair_decision")) < 1e-4)
    let decisions = try svm.decisions(of: test.features)
    #expect(distance(decisions.values, try file.doubles("multi.ovo.decision")) < 1e-4)
    #expect(decisions.winners == (try Goldens.labels("multi.ovo.pred")))
    let expected = try Goldens.scalars("ovo")
    #expect(
      Metrics.accuracy(labels: test.labels, predictions: decisions.winners) == expected["accuracy"])
  }

  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func oneVersusRestMeetsTheReference() throws {
    let set = try Goldens.set("multi.train", classes: 16)
    let test = try Goldens.set("multi.test", classes: 16)
    let decisions = try LinearSVM.train(on: set).decisions(of: test.features)
    let expected = try Goldens.matrix("multi.ovr.decision")
    #expect(distance(decisions.values, expected.values) < 1e-4)
    let scalars = try Goldens.scalars("ovr")
    #expect(
      Metrics.accuracy(labels: test.labels, predictions: decisions.winners) == scalars["accuracy"])
  }

  @Test(arguments: [0.01, 1, 100])
  func theGradientVanishesAtTheOptimum(cost: Double) throws {
    let set = try sample(rows: 400, columns: 6, classes: 2, seed: 3)
    let svm = LinearSVM.train(on: set, cost: cost)
    let best = try Self.objective(svm, set, cost: cost)
    // Any small step in any direction raises the objective.
    for feature in 0..<6 {
      for step in [-1e-4, 1e-4] {
        var labelled = svm.weights.values
        labelled[feature] += step
        var value = labelled.reduce(0) { $0 + $1 * $1 / 2 }
        value += svm.intercepts[0] * svm.intercepts[0] / 2
        for row in 0..<set.rows {
          let x = set.features.row(row).map(Double.init)
          let decision = zip(x, labelled).reduce(svm.intercepts[0]) { $0 + $1.0 * $1.1 }
          let slack = max(0, 1 - (set.labels[row] == 1 ? decision : -decision))
          value += cost * slack * slack
        }
        #expect(value >= best)
      }
    }
  }

  /// Of five classes only three have rows: the others come behind them in every row, wherever they
  /// stand among the classes, and so they do when the machines are read back.
  @Test(arguments: LinearSVM.Scheme.allCases, [[1, 2, 3], [0, 2, 4], [2, 3, 4]])
  func classesWithoutRowsGetNothing(scheme: LinearSVM.Scheme, present: [Int]) throws {
    let whole = try sample(rows: 300, columns: 6, classes: 5, seed: 11)
    let set = whole.selecting(
      rows: whole.labels.indices.filter { present.contains(whole.labels[$0]) })
    let svm = LinearSVM.train(on: set, cost: 1e-3, scheme: scheme, tolerance: 1e-4)
    let stored = try SafetensorsFile(
      bytes: SafetensorsWriter.encode(svm.tensors(prefix: "")), name: "svm")
    let read = try LinearSVM(from: stored, prefix: "")
    #expect(read == svm)
    let probabilities = try read.probabilities(of: whole.features)
    for row in 0..<whole.rows {
      let values = Array(probabilities.row(row))
      #expect(abs(values.reduce(0, +) - 1) < 1e-12)
      for label in 0..<5 { #expect((values[label] > 0) == present.contains(label)) }
    }
    let right = Metrics.accuracy(
      labels: set.labels, predictions: try read.probabilities(of: set.features).winners)
    #expect(right > 0.6)
    // Held-out rows of a class that was never learnt say nothing of the temperature.
    var (head, other) = (Head(classifier: svm), Head(classifier: svm))
    try head.calibrate(on: set)
    try other.calibrate(on: whole)
    let temperature = try #require(head.temperature?.temperature)
    #expect(abs((other.temperature?.temperature ?? 0) / temperature - 1) < 1e-6)
  }

  /// A file of an older version, without the list of learnt classes.
  @Test func machinesOfOlderVersionsAreRead() throws {
    let svm = LinearSVM.train(
      on: try sample(rows: 60, columns: 4, classes: 3, seed: 5), scheme: .oneVersusOne)
    var tensors = svm.tensors(prefix: "")
    tensors["trained"] = nil
    let stored = try SafetensorsFile(bytes: SafetensorsWriter.encode(tensors), name: "svm")
    #expect(try LinearSVM(from: stored, prefix: "") == svm)
    tensors["trained"] = TensorValue([UInt8(1), 0])
    let short = try SafetensorsFile(bytes: SafetensorsWriter.encode(tensors), name: "svm")
    #expect(throws: SafetensorsError.self) { try LinearSVM(from: short, prefix: "") }
  }
}
