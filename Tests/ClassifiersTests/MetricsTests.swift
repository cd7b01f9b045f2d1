import Classifiers
import Foundation
import Testing

@Suite struct MetricsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var testDescription: String { name }
  }

  /// Scores for ranking, decisions and probabilities of each group of the reference.
  static func inputs(
    _ name: String
  ) throws -> (scores: [Double], calls: [Bool], probabilities: [Double], positive: [Bool]) {
    let file = try Goldens.tensors()
    let positive = try Goldens.labels("bin.test_y").map { $0 == 1 }
    let decisions = Array(try file.doubles("bin.svc_C1_converged.decision")[50...])
    switch name {
    case "platt", "isotonic":
      let key = name == "platt" ? "bin.platt.prob" : "bin.iso.prob"
      return (decisions, decisions.map { $0 > 0 }, try file.doubles(key), Array(positive[50...]))
    case "ties":
      let scores = try file.doubles("bin.iso_ties.in")
      return (scores, scores.map { $0 > 0 }, scores.map { 1 / (1 + exp(-$0)) }, positive)
    default:
      let scores = try file.doubles("scores.s")
      let labels = try Goldens.labels("scores.y").map { $0 == 1 }
      return (scores, scores.map { $0 > 0 }, scores.map { 1 / (1 + exp(-$0)) }, labels)
    }
  }

  @Test(
    .enabled(if: Goldens.exist, "no reference values beside the repository"),
    arguments: ["platt", "isotonic", "ties", "imbalanced"])
  func figuresMeetTheReference(name: String) throws {
    let (scores, calls, probabilities, positive) = try Self.inputs(name)
    let expected = try Goldens.scalars("metrics.\(name)")
    let confusion = Metrics.confusion(
      labels: positive.map { $0 ? 1 : 0 }, predictions: calls.map { $0 ? 1 : 0 }, classCount: 2)
    // The positive class stands first, for the reference calls a probability of one half positive.
    let both = ScoreMatrix(
      rows: probabilities.count, columns: 2, values: probabilities.flatMap { [$0, 1 - $0] })
    let actual: [String: Double] = [
      "auc": Metrics.auc(scores: scores, positive: positive),
      "ap": Metrics.averagePrecision(scores: scores, positive: positive),
      "balanced_accuracy": Metrics.balancedAccuracy(confusion),
      "accuracy": Metrics.accuracy(
        labels: positive.map { $0 ? 1 : 0 }, predictions: calls.map { $0 ? 1 : 0 }),
      "f1": Metrics.f1(confusion), "mcc": Metrics.matthews(confusion),
      "eer": Metrics.equalErrorRate(scores: scores, positive: positive),
      "eer_minimax": Metrics.minimaxErrorRate(scores: scores, positive: positive),
      "brier": Metrics.brier(probabilities: probabilities, positive: positive),
      "log_loss": Metrics.logLoss(probabilities: probabilities, positive: positive),
      "ece15_positive_class": Metrics.calibrationError(
        probabilities: probabilities, positive: positive),
      "ece15_top_label": Metrics.topLabelCalibrationError(
        both, labels: positive.map { $0 ? 0 : 1 }),
    ]
    #expect(actual.count == expected.count)
    for (key, value) in expected {
      #expect(abs((actual[key] ?? .nan) - value) < 1e-9, "\(key)")
    }
  }

  @Test(arguments: 0..<20)
  func aucEqualsCountingPairs(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let scores = (0..<60).map { _ in Double(random.integer(below: 12)) }
    let positive = scores.map { _ in random.uniform() < 0.4 }
    var (sum, pairs) = (0.0, 0.0)
    for (one, isPositive) in zip(scores, positive) where isPositive {
      for (other, otherPositive) in zip(scores, positive) where !otherPositive {
        sum += one > other ? 1 : one == other ? 0.5 : 0
        pairs += 1
      }
    }
    #expect(abs(Metrics.auc(scores: scores, positive: positive) - sum / pairs) < 1e-12)
  }

  @Test func thresholdKeepsTheFalsePositiveRate() {
    var random = SplitMix64(seed: 4)
    let positive = (0..<500).map { $0 % 2 == 0 }
    let scores = positive.map { ($0 ? 1.0 : 0) + random.normal() }
    let curve = ROCCurve(scores: scores, positive: positive)
    let threshold = curve.threshold(falsePositiveRate: 0.05)
    let alarms = zip(scores, positive).count { !$0.1 && $0.0 >= threshold }
    #expect(alarms <= 12 && alarms >= 11)
    #expect(curve.points.last.map { $0.falsePositiveRate == 1 && $0.truePositiveRate == 1 } == true)
  }
}
