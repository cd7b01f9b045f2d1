import Detectors
import ForensicCore

extension Laboratory {
  /// Measures a bundle as it stands, with its own calibration and thresholds, on one split of a
  /// manifest, at every tier. Nothing is learnt.
  /// - Parameter split: `test`, unless the manifest was never trained on.
  /// - Parameter unseen: only pictures of sources that the bundle's training has nothing of.
  /// - Returns: the tables; `leftOut` is empty, since nothing is trained.
  public static func evaluate(
    bundle: ModelBundle, manifest: Manifest, images: String, split: Split = .test,
    unseen: Bool = false,
    seed: UInt64 = 1, cache: String? = nil, threads: Int = 0, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> BundleMetrics {
    let description = bundle.description
    let weights = description.detectors.lazy.compactMap(\.network).first
    let network = weights.flatMap { bundle.networks[$0.file] }
    let kinds = description.detectors.compactMap { DetectorKind.named($0.name, network: network) }
    guard kinds.count == description.detectors.count else {
      throw .training("the bundle has other detectors than this version")
    }
    for (kind, detector) in zip(kinds, description.detectors) {
      guard kind.extractor.version == detector.featuresVersion else {
        throw .training("the bundle was trained on other features than this version computes")
      }
    }
    let families: FamilyMap
    do {
      families = try description.familyMap()
    } catch {
      throw .inconsistentManifest(FamilyMapError.inconsistent(error).description)
    }
    let trained = Set(description.training.sources)
    let entries = manifest.entries(of: split).filter { !unseen || !trained.contains($0.source) }
    guard entries.contains(where: \.isGenerated), entries.contains(where: { !$0.isGenerated })
    else {
      throw .emptyDataSet(
        "the split \(split.rawValue) lacks one of the classes\(unseen ? " of unseen sources" : "")")
    }
    let heads = DetectorHeads(
      kinds: kinds, heads: bundle.heads, gates: bundle.gates,
      poolings: description.detectors.map { $0.pooling ?? .softmaxes })
    let store = FeatureStore(images: images, cache: cache, threads: threads)
    let source = ViewFeatures(network: network, digest: weights?.sha256)
    var tiers = [BundleMetrics.Tier]()
    for recipe in Tiers.measured {
      let set = try store.features(
        of: entries, chain: DegradationChain(recipe: recipe, seed: seed), draws: 1,
        source: source, progress: progress)
      let data = try LabelledFeatures(set: set, entries: entries, families: families)
      tiers.append(
        try TierMetrics.measure(
          ScoredPictures(
            data, heads: heads, meta: bundle.meta,
            judge: description.limits.outliers?.detector ?? DetectorHeads.judge),
          recipe: recipe, calibrator: Calibrator(description.calibration),
          decision: description.decision,
          limits: description.limits, families: families))
    }
    return BundleMetrics(
      data: "\(split.rawValue) split of the manifest \(manifest.digest.short)"
        + (unseen ? ", sources that training has nothing of" : ""), tiers: tiers,
      leftOut: [])
  }
}
