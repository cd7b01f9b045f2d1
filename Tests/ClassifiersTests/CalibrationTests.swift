import Classifiers
import Foundation
import Testing

@Suite struct CalibrationTests {
  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func plattMeetsTheReference() throws {
    let decisions = try Goldens.tensors().doubles("bin.svc_C1_converged.decision")
    let positive = try Goldens.labels("bin.test_y").map { $0 == 1 }
    let expected = try Goldens.scalars("platt")
    let platt = PlattScaling(
      fitting: Array(decisions[..<50]), positive: Array(positive[..<50]))
    #expect(abs(platt.a - (expected["a"] ?? .nan)) < 1e-5)
    #expect(abs(platt.b - (expected["b"] ?? .nan)) < 1e-6)
    let probabilities = decisions[50...].map(platt.probability)
    #expect(distance(probabilities, try Goldens.tensors().doubles("bin.platt.prob")) < 1e-6)
  }

  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func isotonicMeetsTheReference() throws {
    let decisions = try Goldens.tensors().doubles("bin.svc_C1_converged.decision")
    let positive = try Goldens.labels("bin.test_y").map { $0 == 1 }
    let isotonic = IsotonicRegression(
      fitting: Array(decisions[..<50]), positive: Array(positive[..<50]))
    #expect(distance(isotonic.scores, try Goldens.tensors().doubles("bin.iso.x")) < 1e-12)
    #expect(distance(isotonic.probabilities, try Goldens.tensors().doubles("bin.iso.y")) < 1e-12)
    let probabilities = decisions[50...].map(isotonic.probability)
    #expect(distance(probabilities, try Goldens.tensors().doubles("bin.iso.prob")) < 1e-12)
  }

  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func weightedIsotonicWithTiesMeetsTheReference() throws {
    let scores = try Goldens.tensors().doubles("bin.iso_ties.in")
    let positive = try Goldens.labels("bin.test_y").map { $0 == 1 }
    // The reference was fitted with the weights 1, 2, 3, 1, 2, 3, …
    let isotonic = IsotonicRegression(
      fitting: scores, positive: positive, weights: scores.indices.map { Double(1 + $0 % 3) })
    let expected = try Goldens.tensors().doubles("bin.iso_ties.pred")
    #expect(distance(scores.map(isotonic.probability), expected) < 1e-12)
  }

  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func temperatureMeetsTheReference() throws {
    let logits = try Goldens.matrix("temp.logits")
    let labels = try Goldens.labels("multi.test_y")
    let expected = try Goldens.scalars("temperature")
    let (first, second) = (logits.selecting(rows: 0..<48), logits.selecting(rows: 48..<96))
    let fitted = TemperatureScaling(fitting: first, labels: Array(labels[..<48]))
    #expect(abs(fitted.temperature - (expected["T"] ?? .nan)) < 1e-6)
    let own = Array(labels[..<48])
    #expect(abs(fitted.loss(first, labels: own) - (expected["nll_fit"] ?? .nan)) < 1e-9)
    let unscaled = TemperatureScaling(temperature: 1).loss(first, labels: own)
    #expect(abs(unscaled - (expected["nll_T1"] ?? .nan)) < 1e-9)
    let probabilities = fitted.probabilities(second)
    #expect(distance(probabilities.values, try Goldens.matrix("temp.prob").values) < 1e-6)
    let others = Array(labels[48...])
    #expect(
      abs(
        Metrics.topLabelCalibrationError(probabilities, labels: others)
          - (expected["ece15_top_label"] ?? .nan)) < 1e-6)
    let confusion = Metrics.confusion(
      labels: others, predictions: probabilities.winners, classCount: 16)
    #expect(
      abs(Metrics.balancedAccuracy(confusion) - (expected["balanced_accuracy"] ?? .nan)) < 1e-12)
    #expect(
      abs(
        Metrics.macroAveragePrecision(fitted.probabilities(logits), labels: labels)
          - (expected["macro_ap_onevsrest_all96"] ?? .nan)) < 1e-9)
    #expect(
      abs(
        Metrics.macroAUC(fitted.probabilities(logits), labels: labels)
          - (expected["macro_auc_onevsrest_all96"] ?? .nan)) < 1e-9)
  }

  @Test func temperatureRecoversAKnownFactor() {
    var random = SplitMix64(seed: 3)
    var (values, labels) = ([Double](), [Int]())
    for _ in 0..<4000 {
      let logits = (0..<3).map { _ in 2 * random.normal() }
      let row = ScoreMatrix(rows: 1, columns: 3, values: logits).softmax()
      var (point, label) = (random.uniform(), 0)
      while label < 2, point >= row[0, label] {
        point -= row[0, label]
        label += 1
      }
      values += logits.map { 5 * $0 }
      labels.append(label)
    }
    let fitted = TemperatureScaling(
      fitting: ScoreMatrix(rows: 4000, columns: 3, values: values), labels: labels)
    #expect(abs(fitted.temperature - 5) < 0.3)
  }

  @Test func isotonicIsMonotoneAndExtends() {
    var random = SplitMix64(seed: 9)
    let scores = (0..<500).map { _ in random.normal() }
    let positive = scores.map { random.uniform() < 1 / (1 + exp(-2 * $0)) }
    let isotonic = IsotonicRegression(fitting: scores, positive: positive)
    let probes = stride(from: -5.0, through: 5, by: 0.01).map(isotonic.probability)
    #expect(zip(probes, probes.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(probes.allSatisfy { (0...1).contains($0) })
    #expect(IsotonicRegression(fitting: [], positive: []).probability(1) == 0.5)
  }
}
