import Classifiers
import Glibc

/// Reliability diagrams before and after each calibration, and what abstention buys.
struct Reliability: Experiment {
  let name = "reliability"
  let title = "Reliability and abstention"
  let reference = ""

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let choice = data.choices[data.choices.count - 1]
    let tiers = Tiers.experiments
    func set(_ split: Split) throws(LaboratoryError) -> TrainingSet {
      try data.trainingSet(choice, at: tiers, places: data.places(split), task: .binary)
    }
    let (held, test) = (try set(.validation), try set(.test))
    let head = try HeadRecipe(kind: .mlp, seed: data.seed).train(on: set(.train))
    let (fitting, judged) = (try Judgement(head, held), try Judgement(head, test))
    let scores = { (judged: Judgement) in judged.generated.map(Self.logit) }
    let positive = fitting.isGenerated
    let logits = Self.logarithms(fitting.probabilities)
    let temperature = TemperatureScaling(
      fitting: logits, labels: fitting.labels, weights: held.weights)
    let platt = PlattScaling(fitting: scores(fitting), positive: positive, weights: held.weights)
    let isotonic = IsotonicRegression(
      fitting: scores(fitting), positive: positive, weights: held.weights)
    let scaled = temperature.probabilities(Self.logarithms(judged.probabilities))
    let methods: [(String, [Double])] = [
      ("none", judged.generated), ("temperature", (0..<scaled.rows).map { scaled[$0, 1] }),
      ("Platt", scores(judged).map { platt.probability($0) }),
      ("isotonic", scores(judged).map { isotonic.probability($0) }),
    ]
    // Both classes count the same in sum, as when the thresholds are chosen.
    let rows = methods.map { name, probabilities in
      [
        ExperimentTable.Cell.text(name),
        .share(Self.error(probabilities, judged.isGenerated, test.weights)),
        .share(
          Metrics.logLoss(
            Self.matrix(probabilities), labels: judged.labels, weights: test.weights)),
        .share(Metrics.auc(scores: probabilities, positive: judged.isGenerated)),
      ]
    }
    let chart = LineChart(
      title: "Reliability on the test split", xLabel: "stated P(generated)",
      yLabel: "share generated", xRange: 0...1, yRange: 0...1,
      series: [.init(name: "perfect", points: [(0, 0), (1, 1)], dashed: true)]
        + methods.map { name, probabilities in
          .init(
            name: name,
            points: Self.bins(probabilities, judged.isGenerated, test.weights)
              .map { ($0.stated, $0.seen) })
        })
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "calibration",
          caption: "A network on \(choice.name) features of all tiers; calibrations fitted on "
            + "the validation split, measured on the test split, classes weighted alike.",
          columns: ["calibration", "ECE, ten bins", "log loss", "AUC"], rows: rows),
        abstention(fitting.selecting(Self.onePerPicture(held.labels, tiers: tiers.count)), judged),
      ],
      figures: [.init(name: "reliability", caption: "Reliability diagram.", svg: chart.svg)],
      remarks: ["The report did not calibrate: it measured accuracies only."])
  }

  /// One row a picture, of one tier after the other within each class. The rows of one picture say much
  /// the same: counted as many, they would promise what so few pictures cannot.
  /// - Parameter labels: of rows of all pictures at the first tier, then at the second, and so on.
  private static func onePerPicture(_ labels: [Int], tiers: Int) -> [Int] {
    let pictures = labels.count / tiers
    var seen = [Int: Int]()
    return (0..<pictures).map { picture in
      let number = seen[labels[picture], default: 0]
      seen[labels[picture]] = number + 1
      return number % tiers * pictures + picture
    }
  }

  /// What conformal abstention at several promised error rates does on the test split.
  private func abstention(_ fitting: Judgement, _ judged: Judgement) -> ExperimentTable {
    let rows = [0.01, 0.02, 0.05, 0.1, 0.2].map { error -> [ExperimentTable.Cell] in
      let conformal = ConformalAbstention(
        fitting: fitting.probabilities, labels: fitting.labels, error: error)
      let calls = (0..<judged.probabilities.rows).map {
        conformal.call(judged.probabilities.row($0))
      }
      let answered = calls.indices.filter { calls[$0] != nil }
      let right = answered.count { calls[$0] == judged.labels[$0] }
      let real = judged.labels.indices.filter { judged.labels[$0] == 0 }
      let accused = real.count { calls[$0] == 1 }
      return [
        .figure(error, decimals: 2),
        .share(1 - Double(answered.count) / Double(max(calls.count, 1))),
        .share(Double(right) / Double(answered.count)),
        .share(Double(accused) / Double(real.count)),
      ]
    }
    return ExperimentTable(
      name: "abstention",
      caption: "Conformal abstention: a class's share of pictures that may be missed, as "
        + "promised on the validation split (each picture at one tier, in turn), and what came of it "
        + "on the test split. A picture that both classes or neither may claim is inconclusive; with "
        + "too few to promise anything, all are.",
      columns: [
        "promised error", "inconclusive", "right among the answered", "real called generated",
      ], rows: rows)
  }

  static func logit(_ probability: Double) -> Double {
    let p = min(max(probability, 1e-9), 1 - 1e-9)
    return log(p / (1 - p))
  }

  private static func logarithms(_ p: ScoreMatrix) -> ScoreMatrix {
    ScoreMatrix(
      rows: p.rows, columns: p.columns, values: p.values.map { log(max($0, 1e-300)) })
  }

  private static func matrix(_ generated: [Double]) -> ScoreMatrix {
    ScoreMatrix(
      rows: generated.count, columns: 2, values: generated.flatMap { [1 - $0, $0] })
  }

  private static func bins(
    _ probabilities: [Double], _ positive: [Bool], _ weights: [Double]
  ) -> [(weight: Double, stated: Double, seen: Double)] {
    var sums = [(weight: Double, stated: Double, seen: Double)](
      repeating: (0, 0, 0), count: 10)
    for (index, probability) in probabilities.enumerated() {
      let bin = min(9, Int(probability * 10))
      sums[bin].weight += weights[index]
      sums[bin].stated += weights[index] * probability
      sums[bin].seen += positive[index] ? weights[index] : 0
    }
    return sums.filter { $0.weight > 0 }
      .map { ($0.weight, $0.stated / $0.weight, $0.seen / $0.weight) }
  }

  private static func error(
    _ probabilities: [Double], _ positive: [Bool], _ weights: [Double]
  ) -> Double {
    let bins = bins(probabilities, positive, weights)
    let total = bins.reduce(0) { $0 + $1.weight }
    return bins.reduce(0) { $0 + $1.weight * abs($1.stated - $1.seen) } / total
  }
}
