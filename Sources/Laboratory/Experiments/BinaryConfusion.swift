import Classifiers

/// Real against generated as counts, at every tier.
struct BinaryConfusion: Experiment {
  let name = "confusion-binary"
  let title = "Confusion of two classes"
  let reference = ""

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let choice = data.choices[data.choices.count - 1]
    let tiers = Tiers.experiments
    let head = try HeadRecipe(kind: .svm, seed: data.seed).train(
      on: data.trainingSet(choice, at: tiers, places: data.places(.train), task: .binary),
      validation: data.trainingSet(
        choice, at: tiers, places: data.places(.validation), task: .binary))
    var rows = [[ExperimentTable.Cell]]()
    var figures = [ExperimentResult.Figure]()
    for tier in tiers {
      let judged = try Judgement(
        head,
        data.trainingSet(choice, at: [tier], places: data.places(.test), task: .binary))
      let counts = judged.confusion
      rows.append([
        .text(tier.name), .count(counts[0, 0]), .count(counts[0, 1]), .count(counts[1, 0]),
        .count(counts[1, 1]), .share(judged.balancedAccuracy), .share(judged.auc),
      ])
      guard tier == .asReceived else { continue }
      figures.append(
        .init(
          name: "as-received", caption: "Shares of each true class, as received.",
          svg: MatrixChart(
            title: "Real against generated, as received", rowTitle: "is", columnTitle: "called",
            rows: ["real", "generated"], columns: ["real", "generated"],
            values: counts.rowShares
          ).svg))
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "counts",
          caption: "A linear SVM on \(choice.name) features of all tiers; pictures of the test "
            + "split by what they are and what they are called at a score of 0.",
          columns: [
            "tier", "real, called real", "real, called generated", "generated, called real",
            "generated, called generated", "balanced accuracy", "AUC",
          ], rows: rows)
      ], figures: figures)
  }
}

extension Matrix where Element == Int {
  /// Every row divided by its sum; NaN where that is 0.
  var rowShares: [[Double]] {
    (0..<rows).map { index in
      let total = Double(row(index).reduce(0, +))
      return row(index).map { total > 0 ? Double($0) / total : .nan }
    }
  }
}
