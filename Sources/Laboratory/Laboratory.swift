import Detectors
import ForensicCore

/// Training and measuring of model bundles. Results depend on the data, the options and this
/// version, never on the number of threads.
public enum Laboratory {
  /// Trains a bundle, measures it and writes it.
  ///
  /// Heads and meta-classifier learn from the split `train`; calibration and thresholds from
  /// `validation`; `test` is only measured.
  /// - Parameter images: the folder that the manifest's files are below.
  /// - Parameter output: the folder of the bundle; made where it is missing. Its `bundle.json`
  ///   is replaced last.
  /// - Returns: what was written into `bundle.json`.
  @discardableResult
  public static func train(
    manifest: Manifest, images: String, families: FamilyMap, output: String,
    options: TrainingOptions = TrainingOptions(), progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> BundleDescription {
    guard options.folds >= 2, options.draws >= 1, options.hidden >= 1, options.epochs >= 1 else {
      throw .training("at least two folds and one draw, hidden unit and epoch are needed")
    }
    guard !options.kinds.isEmpty, options.kinds.count == options.detectors.count,
      Set(options.detectors).count == options.detectors.count
    else {
      let known = DetectorKind.all(with: options.network?.network).map(\.name)
      throw .training(
        "the detectors have to be some of \(known.joined(separator: ", ")), each once, and are "
          + "\"\(options.detectors.joined(separator: " "))\"; network and combined need a network")
    }
    guard options.start == nil || options.head == .mlp else {
      throw .training("only networks can be trained on from a bundle")
    }
    try BundleNames.check(
      detectors: options.detectors, encoders: options.encoders.map { ($0.name, $0.file) })
    let writer = BundleWriter(output: output)
    try writer.prepare()
    let data = try TrainingData.load(
      manifest, images: images, families: families, options: options, progress: progress)
    let references = try options.encoders.map { plan throws(LaboratoryError) in
      guard options.keepsReferences else { return ReferencePictures?.none }
      return try ReferenceChoice.references(
        plan, manifest, families: families, images: images, options: options, progress: progress)
    }
    let counter = Counter(
      stage: "training", total: options.fusion == .pool ? 1 : options.folds + 1, progress)
    let examples =
      options.fusion == .pool
      ? []
      : try MetaTrainer.outOfFold(
        data.train, options: options, threads: options.threads, counter: counter)
    let trained = try TrainedEnsemble.train(
      on: data, examples: examples, options: options, threads: options.threads,
      counter: counter)
    let leftOut =
      options.leaveOneSourceOut
      ? try LeaveOneOut.measure(
        data, examples: examples, options: options, progress: progress) : []

    func scored(_ tiers: [LabelledFeatures]) -> [ScoredPictures] {
      tiers.map { ScoredPictures($0, heads: trained.heads, meta: trained.meta) }
    }
    let validation = scored(data.validation)
    let outliers = CalibrationFit.outliers(validation)
    let limits = BundleDescription.Limits.trained(outliers: outliers)
    let answered = validation.map { $0.withRatio(within: limits) }
    let calibration = try CalibrationFit.calibration(
      answered, method: options.calibration, data: "validation split, tiers together")
    let calibrator = Calibrator(calibration)
    let decision = CalibrationFit.decision(
      answered, calibrator: calibrator, falseAlarms: options.falseAlarms,
      misses: options.misses)
    func measured(_ tiers: [ScoredPictures]) throws(LaboratoryError) -> [BundleMetrics.Tier] {
      try zip(tiers, Tiers.measured).map { pictures, recipe throws(LaboratoryError) in
        try TierMetrics.measure(
          pictures, recipe: recipe, calibrator: calibrator, decision: decision, limits: limits,
          families: families)
      }
    }
    let strange = unseen(validation, manifest, options, limits: limits)
    let metrics = BundleMetrics(
      data: "test split of the training manifest \(manifest.digest.short)",
      tiers: try measured(scored(data.test)), leftOut: leftOut,
      unseen: try strange.map { strange throws(LaboratoryError) in try measured(strange) })
    let spectra = try SpectraMeasurement(
      families: families.families, images: images, seed: options.seed, threads: options.threads
    ).spectra(of: manifest, progress: progress)
    return try writer.write(
      trained, families: families, calibration: calibration, decision: decision,
      outliers: outliers, training: training(manifest, options), metrics: metrics,
      name: options.name, encoders: options.encoders, references: references,
      network: options.network, spectra: spectra)
  }

  /// The sources that the bundle's heads learnt from, those of a bundle that they went on from among
  /// them.
  private static func sources(_ manifest: Manifest, _ options: TrainingOptions) -> Set<String> {
    Set(manifest.entries(of: .train).map(\.source)).union(options.start?.training.sources ?? [])
  }

  /// The validation pictures of sources that training has nothing of; `nil` where those that get a ratio
  /// lack a class.
  private static func unseen(
    _ validation: [ScoredPictures], _ manifest: Manifest, _ options: TrainingOptions,
    limits: BundleDescription.Limits
  ) -> [ScoredPictures]? {
    let known = sources(manifest, options)
    let strange = validation.map { pictures in
      ScoredPictures(
        items: pictures.items.filter { !known.contains($0.entry.source) },
        detectorNames: pictures.detectorNames)
    }
    return strange.allSatisfy { $0.withRatio(within: limits).auc != nil } ? strange : nil
  }

  private static func training(
    _ manifest: Manifest, _ options: TrainingOptions
  ) -> BundleDescription.Training {
    let entries = manifest.entries(of: .train)
    let real = entries.count { !$0.isGenerated }
    var recipe = [
      "head": options.head.rawValue, "fusion": options.fusion.rawValue,
      "calibration": options.calibration.rawValue,
      "chain": String(DegradationChain.Recipe.random.version), "draws": String(options.draws),
      "seed": String(options.seed), "folds": String(options.folds),
      "hidden": String(options.hidden), "epochs": String(options.epochs),
      "weightDecay": "\(options.weightDecay)", "learningRate": "\(options.learningRate)",
    ]
    if options.leaveOneSourceOut, let draws = options.leftOutDraws, draws < options.draws {
      recipe["leftOutDraws"] = String(draws)
    }
    return BundleDescription.Training(
      manifest: manifest.digest, realCount: real, generatedCount: entries.count - real,
      sources: sources(manifest, options).sorted(),
      recipe: recipe.merging(options.start?.recipe ?? [:]) { $1 })
  }
}
