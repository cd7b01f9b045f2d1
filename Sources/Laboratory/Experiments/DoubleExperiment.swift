import Classifiers

/// The report's section 2.8: pairs of a picture and what its caption generates, against the
/// picture alone.
struct DoubleExperiment: Experiment {
  let name = "doubleclip"
  let title = "DoubleCLIP: pictures with their twins"
  let reference = "section 2.8"

  private static let report = ExperimentTable(
    name: "report", caption: "The report: 400 pictures to train on, 1,600 to test on.",
    columns: ["features", "accuracy"],
    rows: [
      ["CLIP", .figure(0.99, decimals: 2)], ["DoubleCLIP", .figure(0.98, decimals: 2)],
    ])

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    guard let twins = data.twins else {
      return ExperimentResult(
        tables: [Self.report],
        remarks: [
          """
          Not run: it asks a Stable Diffusion server for captions and pictures, and none was \
          given (`--sd-server http://127.0.0.1:7860`). The report saw no gain.
          """
        ])
    }
    let source = DoubleFeatures(base: ViewFeatures(), twins: twins.store)
    let chain = DegradationChain(recipe: .asReceived, seed: data.seed)
    func places(_ split: Split) -> [Int] {
      // As many of each class, in an order that says nothing.
      let own = data.places(split).sorted {
        data.entries[$0].identity < data.entries[$1].identity
      }
      let half = twins.pictures / 4
      return [0, 1].flatMap { label in
        own.filter { data.label($0, .binary) == label }.prefix(half)
      }
    }
    func set(_ places: [Int]) throws(LaboratoryError) -> (FeatureSet, [Int]) {
      let set = try data.store.features(
        of: places.map { data.entries[$0] }, chain: chain, draws: 1, source: source,
        pooling: .features, progress: data.progress)
      return (set, places.map { data.label($0, .binary) })
    }
    let (train, test) = (try set(places(.train)), try set(places(.test)))
    let parts = ViewFeatures().parts
    // Within each part the picture's own features come first.
    let alone = parts.map { Array(0..<$0.dimension) }
    let whole = parts.map { Array(0..<(3 * $0.dimension)) }
    var rows = [[ExperimentTable.Cell]]()
    for (name, columns) in [("picture alone", alone), ("picture and twin", whole)] {
      func matrix(_ set: (FeatureSet, [Int])) throws(LaboratoryError) -> TrainingSet {
        var joined: FeatureMatrix?
        for (part, columns) in zip(parts, columns) {
          guard let features = set.0.features[DoubleFeatures.prefix + part.name] else {
            throw .training("the features \(part.name) were not computed")
          }
          let chosen = features.selecting(columns: columns)
          joined = joined?.joined(with: chosen) ?? chosen
        }
        do {
          return try TrainingSet(
            features: joined ?? FeatureMatrix(rows: 0, columns: 0, values: []), labels: set.1,
            classCount: 2)
        } catch {
          throw .training(error.description)
        }
      }
      let head = try HeadRecipe(kind: .svm, seed: data.seed).train(on: matrix(train))
      let judged = try Judgement(head, matrix(test))
      rows.append([
        .text(name), .count(train.1.count), .count(test.1.count), .share(judged.balancedAccuracy),
        .share(judged.auc),
      ])
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "pairs",
          caption: "A linear SVM on hand-made features as received, of the picture alone and "
            + "beside those of what the server generated from its caption.",
          columns: ["features", "trained on", "tested on", "balanced accuracy", "AUC"],
          rows: rows), Self.report,
      ])
  }
}
