import Detectors
import ForensicCore

/// The features that a training run works on.
struct TrainingData: Sendable {
  var train: LabelledFeatures
  /// By tier, in the order of `Tiers.measured`.
  var validation: [LabelledFeatures]
  var test: [LabelledFeatures]

  /// Computes or reads everything. That may take hours, so the splits are looked at first.
  static func load(
    _ manifest: Manifest, images: String, families: FamilyMap, options: TrainingOptions,
    progress: ProgressHandler?
  ) throws(LaboratoryError) -> TrainingData {
    for split in Split.allCases { try manifest.requireBothClasses(in: split) }
    let store = FeatureStore(images: images, cache: options.cache, threads: options.threads)
    let source = ViewFeatures(
      network: options.network?.network, digest: options.network?.digest)
    func features(
      _ split: Split, _ recipe: DegradationChain.Recipe, draws: Int
    ) throws(LaboratoryError) -> LabelledFeatures {
      let entries = manifest.entries(of: split)
      let chain = DegradationChain(recipe: recipe, seed: options.seed)
      var features = try LabelledFeatures(
        set: store.features(
          of: entries, chain: chain, draws: draws, source: source, pooling: .features,
          progress: progress),
        entries: entries, families: families)
      for plan in options.encoders {
        features.encoded.append(
          try EncodedPictures(
            plan, entries, chain: chain, draws: draws, images: images, cache: options.cache,
            progress: progress))
      }
      return features
    }
    let train = try features(.train, .random, draws: options.draws)
    var validation = [LabelledFeatures]()
    var test = [LabelledFeatures]()
    for recipe in Tiers.measured {
      validation.append(try features(.validation, recipe, draws: 1))
      test.append(try features(.test, recipe, draws: 1))
    }
    return TrainingData(train: train, validation: validation, test: test)
  }
}

/// A trained ensemble before it is written.
struct TrainedEnsemble: Sendable {
  var heads: DetectorHeads
  var meta: MetaClassifier

  /// Trains heads on the training entries that `isIncluded` keeps, and the meta-classifier on
  /// those entries' out-of-fold scores, or on the validation entries that it keeps.
  /// - Parameter draws: how many of each picture's draws the heads see; `nil` for all.
  static func train(
    on data: TrainingData, examples: [MetaTrainer.Example], options: TrainingOptions,
    threads: Int, counter: Counter?, draws: Int? = nil,
    where isIncluded: @escaping @Sendable (Manifest.Entry) -> Bool = { _ in true }
  ) throws(LaboratoryError) -> TrainedEnsemble {
    let entries = data.train.entries
    let heads = try DetectorHeads.train(on: data.train, options: options, threads: threads) {
      isIncluded(entries[$0.entry]) && $0.draw < draws ?? .max
    }
    let meta: MetaClassifier
    switch options.fusion {
    case .network:
      meta = try MetaTrainer.train(
        examples.filter { isIncluded(entries[$0.entry]) }, familyCount: data.train.familyCount,
        options: options)
    case .pool:
      let held = data.validation.first?.entries ?? []
      meta = try PoolFit.fit(
        data.validation, heads: heads,
        known: Set(entries.filter(isIncluded).map(\.source))
          .union(options.start?.training.sources ?? [])
      ) { isIncluded(held[$0]) }
    }
    counter?.step()
    return TrainedEnsemble(heads: heads, meta: meta)
  }
}
