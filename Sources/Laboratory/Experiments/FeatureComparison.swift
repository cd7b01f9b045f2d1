import Classifiers
import ForensicCore

/// The report's section 2.9: one set of features against another, and joined.
struct FeatureComparison: Experiment {
  let name = "encoders"
  let title = "Features against each other, and joined"
  let reference = "section 2.9"

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let plan = SourceFolds(data.entries)
    let folds = plan.folds
    let tier = DegradationChain.Recipe.asReceived
    let counter = Counter(stage: title, total: data.choices.count, data.progress)
    let rows = try Parallel.map(data.choices.count, threads: data.threads) {
      index throws(LaboratoryError) -> [ExperimentTable.Cell] in
      let choice = data.choices[index]
      func judge(
        _ isLeft: (Manifest.Entry) -> Bool, test: [Int], at tier: DegradationChain.Recipe
      ) throws(LaboratoryError) -> Judgement {
        let head = try HeadRecipe(kind: .svm, seed: data.seed).train(
          on: data.trainingSet(
            choice, at: [tier], places: data.places(.train) { !isLeft($0) }, task: .binary),
          validation: data.trainingSet(
            choice, at: [tier], places: data.places(.validation) { !isLeft($0) }, task: .binary))
        return try Judgement(
          head, data.trainingSet(choice, at: [tier], places: test, task: .binary))
      }
      let inside = try judge({ _ in false }, test: data.places(.test), at: tier)
      let low = try judge({ _ in false }, test: data.places(.test), at: .quality(40))
      var outside = [Double]()
      for fold in folds {
        let test = data.places(.validation, .test) { fold.isLeft($0) }
        outside.append(try judge({ fold.isLeft($0) }, test: test, at: tier).auc)
      }
      let known = outside.filter(\.isFinite)
      counter.step()
      return [
        .text(choice.name), .count(try data.features(choice, at: tier).columns),
        .share(inside.balancedAccuracy), .share(inside.auc), .share(low.auc),
        .share(known.reduce(0, +) / Double(known.count)),
      ]
    }
    var remarks = [plan.remark].compactMap { $0 }
    remarks.append(
      "The report: CLIP 0.86, DINOv2 0.76, both joined 0.89 of accuracy on the challenge's "
        + "pictures, which came from generators that training did not know.")
    if data.choices.allSatisfy({ FeatureChoice.named($0.name) != nil }) {
      remarks.append(
        """
        No encoder with trained weights was at hand for these figures: the rows compare the \
        hand-made features.
        """)
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "features",
          caption: "A linear SVM on each set of features: on the test split as received and at "
            + "quality 40, and the mean AUC over sources left out of training.",
          columns: [
            "features", "numbers", "balanced accuracy", "AUC", "AUC, quality 40",
            "AUC, sources never seen",
          ], rows: rows)
      ], remarks: remarks)
  }
}
