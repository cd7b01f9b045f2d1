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
    guard options.start.isEmpty || options.head == .mlp else {
      throw .training("only networks can be trained on from a bundle")
    }
    let data = try TrainingData.load(
      manifest, images: images, families: families, options: options, progress: progress)
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

    let validation = data.validation.map {
      ScoredPictures($0, heads: trained.heads, meta: trained.meta)
    }
    let calibration = try CalibrationFit.calibration(
      validation, method: options.calibration, data: "validation split, tiers together")
    let calibrator = Calibrator(calibration)
    let decision = CalibrationFit.decision(
      validation, calibrator: calibrator, falseAlarms: options.falseAlarms,
      misses: options.misses)
    let tiers = zip(data.test, Tiers.measured).map { part, recipe in
      TierMetrics.measure(
        ScoredPictures(part, heads: trained.heads, meta: trained.meta), recipe: recipe,
        calibrator: calibrator, decision: decision, families: families)
    }
    let metrics = BundleMetrics(
      data: "test split of the training manifest \(manifest.digest.short)", tiers: tiers,
      leftOut: leftOut)
    return try BundleWriter(output: output).write(
      trained, families: families, calibration: calibration, decision: decision,
      training: training(manifest, options), metrics: metrics, name: options.name,
      encoders: options.encoders, network: options.network)
  }

  private static func training(
    _ manifest: Manifest, _ options: TrainingOptions
  ) -> BundleDescription.Training {
    let entries = manifest.entries(of: .train)
    let real = entries.count { !$0.isGenerated }
    return BundleDescription.Training(
      manifest: manifest.digest, realCount: real, generatedCount: entries.count - real,
      sources: Set(entries.map(\.source)).sorted(),
      recipe: [
        "head": options.head.rawValue, "fusion": options.fusion.rawValue,
        "calibration": options.calibration.rawValue,
        "chain": String(DegradationChain.version), "draws": String(options.draws),
        "seed": String(options.seed), "folds": String(options.folds),
        "hidden": String(options.hidden), "epochs": String(options.epochs),
        "weightDecay": "\(options.weightDecay)", "learningRate": "\(options.learningRate)",
      ])
  }
}
