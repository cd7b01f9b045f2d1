import Classifiers
import Detectors

/// The report's section 2.6: detectors alone, and fused by a meta-classifier that was trained on
/// scores out of fold, with each detector missing in turn.
struct MetaExperiment: Experiment {
  let name = "meta-classifier"
  let title = "Detectors and meta-classifier"
  let reference = "section 2.6"

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let parts = data.choices.filter { $0.parts.count == 1 }
    let whole = data.choices[data.choices.count - 1]
    let detectors =
      parts.count > 1
      ? parts : whole.parts.map { FeatureChoice(name: $0, parts: [$0]) }
    let tiers = Tiers.experiments
    let train = data.places(.train)
    let folds = Folds.assign(train.map { data.entries[$0] }, count: 4, seed: data.seed)
    let examples = try Parallel.map(4, threads: data.threads) {
      fold throws(LaboratoryError) -> [MetaTrainer.Example] in
      let heads = try self.heads(
        detectors, data, places: train.indices.filter { folds[$0] != fold }.map { train[$0] })
      let held = train.indices.filter { folds[$0] == fold }.map { train[$0] }
      return try scored(detectors, heads, data, tiers: tiers, places: held)
    }
    let meta = try MetaTrainer.train(
      examples.flatMap { $0 }, familyCount: data.families.entries.count,
      options: TrainingOptions(seed: data.seed))
    let heads = try self.heads(detectors, data, places: train)
    let test = try tiers.map { tier throws(LaboratoryError) in
      try scored(detectors, heads, data, tiers: [tier], places: data.places(.test))
    }
    var rows = [[ExperimentTable.Cell]]()
    func add(_ name: String, _ probability: (MetaTrainer.Example) -> Double) {
      let figures = test.flatMap { examples -> [ExperimentTable.Cell] in
        let positive = examples.map { $0.label != 0 }
        return [.share(Metrics.auc(scores: examples.map(probability), positive: positive))]
      }
      rows.append([.text(name)] + figures)
    }
    for (index, detector) in detectors.enumerated() {
      add("\(detector.name) alone") { 1 - ($0.scores[index]?.first ?? 1) }
    }
    add("mean of all") { example in
      let known = example.scores.compactMap { $0?.first }
      return 1 - known.reduce(0, +) / Double(known.count)
    }
    let fused = { (example: MetaTrainer.Example, scores: [[Double]?]) in
      1
        - (meta.probabilities(scores: scores, quality: example.quality, views: example.views)
          .first ?? 1)
    }
    add("meta-classifier") { fused($0, $0.scores) }
    for (index, detector) in detectors.enumerated() where detectors.count > 1 {
      add("meta-classifier without \(detector.name)") { example in
        var scores = example.scores
        scores[index] = nil
        return fused(example, scores)
      }
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "auc",
          caption: "AUC on the test split. Detectors are networks over families on one set of "
            + "features each; the meta-classifier sees their softmaxes and the measured quality, "
            + "and learnt from scores that no detector gave for its own training pictures.",
          columns: ["detector"] + tiers.map(\.name), rows: rows)
      ],
      remarks: [
        """
        The report gives one figure, 0.89 of accuracy for its CLIP detector on the challenge's \
        pictures, and none for the meta-classifier. Without a detector the meta-classifier goes \
        on with the others.
        """
      ])
  }

  private func heads(
    _ detectors: [FeatureChoice], _ data: ExperimentData, places: [Int]
  ) throws(LaboratoryError) -> [Head] {
    try detectors.map { detector throws(LaboratoryError) in
      try HeadRecipe(kind: .mlp, seed: data.seed, epochs: 12).train(
        on: data.trainingSet(detector, at: Tiers.experiments, places: places, task: .families))
    }
  }

  private func scored(
    _ detectors: [FeatureChoice], _ heads: [Head], _ data: ExperimentData,
    tiers: [DegradationChain.Recipe], places: [Int]
  ) throws(LaboratoryError) -> [MetaTrainer.Example] {
    var examples = [MetaTrainer.Example]()
    for tier in tiers {
      let qualities = data.qualities(at: tier)
      var softmaxes = [ScoreMatrix]()
      var weights = [Double]()
      for (detector, head) in zip(detectors, heads) {
        let set = try data.trainingSet(detector, at: [tier], places: places, task: .families)
        softmaxes.append(try Judgement(head, set).probabilities)
        weights = try data.trainingSet(detector, at: [tier], places: places, task: .binary).weights
      }
      for (row, place) in places.enumerated() {
        examples.append(
          MetaTrainer.Example(
            entry: place, scores: softmaxes.map { Array($0.row(row)) }, quality: qualities[place],
            views: data.views(of: place, at: tier),
            label: data.label(place, .families), weight: weights[row]))
      }
    }
    return examples
  }
}
