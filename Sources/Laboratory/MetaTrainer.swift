import Classifiers
import Detectors

/// Trains the meta-classifier on scores that no detector gave for its own training pictures.
enum MetaTrainer {
  /// One training picture, once through the chain, as heads saw it that were trained without its
  /// group.
  struct Example: Sendable {
    /// Its place among the entries.
    var entry: Int
    var scores: [[Double]?]
    var quality: Int
    var views: Int
    var label: Int
    var weight: Double
  }

  /// Trains heads on all folds but one and scores that one, for every fold; from scratch, since a
  /// bundle to go on from may have learnt every fold.
  static func outOfFold(
    _ data: LabelledFeatures, options: TrainingOptions, threads: Int, counter: Counter?
  ) throws(LaboratoryError) -> [Example] {
    let options = options.fromScratch
    let folds = Folds.assign(data.entries, count: options.folds, seed: options.seed)
    let parts = try Parallel.map(options.folds, threads: threads) {
      fold throws(LaboratoryError) -> [Example] in
      let heads = try DetectorHeads.train(on: data, options: options, threads: 1) {
        folds[$0.entry] != fold
      }
      counter?.step()
      return data.set.samples.filter { folds[$0.entry] == fold }.map { sample in
        Example(
          entry: sample.entry, scores: heads.scores(of: sample, in: data),
          quality: sample.quality, views: sample.views,
          label: data.labels[sample.entry], weight: data.weights[sample.entry])
      }
    }
    return parts.flatMap { $0 }
  }

  /// Every example as it is and, with a fifth of the weight, with one detector left out in turn.
  static func train(
    _ examples: [Example], familyCount: Int, options: TrainingOptions
  ) throws(LaboratoryError) -> MetaClassifier {
    guard let detectors = examples.first?.scores.count else {
      throw .emptyDataSet("nothing to train the meta-classifier on")
    }
    let width = MetaClassifier.inputCount(detectors: detectors, families: familyCount)
    var values = [Float]()
    var labels = [Int]()
    var weights = [Double]()
    func add(_ example: Example, _ scores: [[Double]?], _ weight: Double) {
      values.append(
        contentsOf: MetaClassifier.input(
          scores: scores, families: familyCount, quality: example.quality,
          views: example.views))
      labels.append(example.label)
      weights.append(weight)
    }
    for (index, example) in examples.enumerated() {
      add(example, example.scores, example.weight)
      guard detectors > 1 else { continue }
      var scores = example.scores
      scores[index % detectors] = nil
      add(example, scores, example.weight / 5)
    }
    let trainer = HeadTrainer(
      options: MultilayerPerceptron.Options(
        hidden: 24, epochs: 24, batch: 128, learningRate: 2e-3, weightDecay: 0.02,
        seed: options.seed &+ 99))
    let head = try trainer.train(
      FeatureMatrix(rows: labels.count, columns: width, values: values), labels: labels,
      weights: weights, families: familyCount)
    return MetaClassifier(head: head, detectorCount: detectors, familyCount: familyCount)
  }
}
