import Classifiers

/// How detection falls with JPEG quality and with the size of what is left of a picture.
struct QualityAndSize: Experiment {
  let name = "quality-and-size"
  let title = "Detection against quality and size"
  let reference = ""

  private static let qualities = [30, 40, 50, 65, 75, 90, 97]
  private static let windows = [256, 320, 384, 448, 512]

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let choice = data.choices[data.choices.count - 1]
    func set(_ split: Split) throws(LaboratoryError) -> TrainingSet {
      try data.trainingSet(
        choice, at: Tiers.experiments, places: data.places(split), task: .binary)
    }
    let head = try HeadRecipe(kind: .svm, seed: data.seed).train(
      on: set(.train), validation: set(.validation))
    let byQuality = try measure(
      Self.qualities.map { DegradationChain(recipe: .quality($0), seed: data.seed) }, head, data)
    let bySize = try measure(
      Self.windows.map {
        DegradationChain(recipe: .quality(90), window: $0, seed: data.seed)
      }, head, data)
    func table(_ name: String, _ caption: String, _ values: [Int], _ judged: [Judgement])
      -> ExperimentTable
    {
      ExperimentTable(
        name: name, caption: caption,
        columns: [name, "AUC", "balanced accuracy", "real called generated", "generated found"],
        rows: zip(values, judged).map { value, judged in
          let counts = judged.confusion.rowShares
          return [
            .count(value), .share(judged.auc), .share(judged.balancedAccuracy),
            .share(counts[0][1]), .share(counts[1][1]),
          ]
        })
    }
    func chart(_ title: String, _ label: String, _ values: [Int], _ judged: [Judgement])
      -> String
    {
      let points = zip(values, judged)
      return LineChart(
        title: title, xLabel: label, yLabel: "",
        xRange: Double(
          values[0])...Double(
            values[
              values.count - 1]), yRange: 0.5...1,
        xTicks: values.map { (Double($0), String($0)) },
        series: [
          .init(name: "AUC", points: points.map { (Double($0), $1.auc) }),
          .init(
            name: "balanced accuracy", points: points.map { (Double($0), $1.balancedAccuracy) }),
        ]
      ).svg
    }
    return ExperimentResult(
      tables: [
        table(
          "quality", "By the quality of the last JPEG, windows of at most 512 pixels.",
          Self.qualities, byQuality),
        table(
          "window", "By the longest side of the window that is left, quality 90.", Self.windows,
          bySize),
      ],
      figures: [
        .init(
          name: "quality", caption: "By JPEG quality.",
          svg: chart("Detection against quality", "JPEG quality", Self.qualities, byQuality)),
        .init(
          name: "window", caption: "By size.",
          svg: chart("Detection against size", "window, pixels", Self.windows, bySize)),
      ],
      remarks: [
        "A linear SVM on \(choice.name) features of all tiers; the test split's pictures are "
          + "degraded anew for every row."
      ])
  }

  private func measure(
    _ chains: [DegradationChain], _ head: Head, _ data: ExperimentData
  ) throws(LaboratoryError) -> [Judgement] {
    let places = data.places(.test)
    let entries = places.map { data.entries[$0] }
    let choice = data.choices[data.choices.count - 1]
    var sets = [[FeatureSet]]()
    for source in data.sources {
      sets.append(
        try data.store.features(
          of: entries, chains: chains, source: source, pooling: .features, progress: data.progress))
    }
    var judged = [Judgement]()
    for index in chains.indices {
      var joined: FeatureMatrix?
      for part in choice.parts {
        guard let features = sets.lazy.compactMap({ $0[index].features[part] }).first else {
          throw .training("the features \(part) were not computed")
        }
        joined = joined?.joined(with: features) ?? features
      }
      guard let joined else { throw .training("\(choice.name) names no features") }
      let labels = places.map { data.label($0, .binary) }
      do {
        let set = try TrainingSet(features: joined, labels: labels, classCount: 2)
        judged.append(try Judgement(head, set))
      } catch let error as LaboratoryError {
        throw error
      } catch {
        throw .training("\(error)")
      }
    }
    return judged
  }
}
