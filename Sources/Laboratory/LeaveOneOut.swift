import Detectors
import ForensicCore

/// How well the recipe does on generators and cameras it has never seen: for every source of
/// generated pictures that has held-back ones, and without which both classes are left to learn
/// from, heads and meta-classifier are trained again without it and without one source of camera
/// pictures (in turn), and judged on the held-back pictures of both.
///
/// A network that fuses learns from the same out-of-fold scores as the bundle's, less those of the
/// sources left out. The heads behind the other sources' scores had seen the left-out pictures;
/// the heads that are judged have not. A pool is fitted again on the other sources' validation
/// pictures.
enum LeaveOneOut {
  static func measure(
    _ data: TrainingData, examples: [MetaTrainer.Example], options: TrainingOptions,
    progress: ProgressHandler?
  ) throws(LaboratoryError) -> [BundleMetrics.LeftOut] {
    // A network on pixels saw the sources that are left out, so it cannot be judged; nor can networks
    // that a bundle to go on from has taught those sources.
    let options = options.handMade.fromScratch
    guard !options.detectors.isEmpty else { return [] }
    let entries = data.train.entries
    // Only sources with held-back pictures of their own can be judged; those of which all
    // pictures are trained on cannot.
    let judged = [data.validation.first, data.test.first].compactMap { $0?.entries }.joined()
    func heldBack(generated: Bool) -> [String] {
      let trained = Set(entries.filter { $0.isGenerated == generated }.map(\.source))
      return Set(judged.filter { $0.isGenerated == generated }.map(\.source))
        .intersection(trained).sorted()
    }
    let sources = heldBack(generated: true)
    let realSources = heldBack(generated: false)
    guard sources.count > 1, realSources.count > 1 else { return [] }
    let held = options.fusion == .pool ? data.validation.first?.entries ?? [] : nil
    let folds = sources.enumerated().compactMap { index, source -> (String, Set<String>)? in
      // A source of both classes goes as a whole, and another of camera pictures with it.
      let others = realSources.filter { $0 != source }
      let left: Set = [source, others[index % others.count]]
      // What would be learnt from one class alone says nothing of the source.
      let isLearnable = [entries, held].compactMap { $0 }.allSatisfy { entries in
        entries.filter { !left.contains($0.source) }.haveBothClasses
      }
      return isLearnable ? (source, left) : nil
    }
    let counter = Counter(stage: "leave one source out", total: folds.count, progress)
    return try Parallel.map(folds.count, threads: options.threads) {
      index throws(LaboratoryError) -> BundleMetrics.LeftOut in
      let (source, left) = folds[index]
      let isLeft = { @Sendable (entry: Manifest.Entry) in left.contains(entry.source) }
      let trained = try TrainedEnsemble.train(
        on: data, examples: examples, options: options, threads: 1, counter: counter,
        draws: options.leftOutDraws
      ) { !isLeft($0) }
      return result(source, left: left, trained: trained, data: data)
    }
  }

  private static func result(
    _ source: String, left: Set<String>, trained: TrainedEnsemble, data: TrainingData
  ) -> BundleMetrics.LeftOut {
    var auc = [String: Double]()
    var seen = [Manifest.Entry]()
    for (place, recipe) in Tiers.measured.enumerated() {
      let parts = [data.validation[place], data.test[place]].map { part in
        var part = part
        let entries = part.entries
        part.set = part.set.filter { left.contains(entries[$0.entry].source) }
        return ScoredPictures(part, heads: trained.heads, meta: trained.meta).items
      }
      let pictures = ScoredPictures(
        items: parts.flatMap { $0 }, detectorNames: trained.heads.kinds.map(\.name))
      // How strange a picture may be is not known yet.
      auc[recipe.name] = pictures.withRatio(within: .trained(outliers: nil)).auc
      seen = pictures.items.map(\.entry)
    }
    let generated = seen.filter(\.isGenerated)
    return BundleMetrics.LeftOut(
      source: source,
      realSources: Set(seen.filter { !$0.isGenerated }.map(\.source)).sorted(),
      families: Set(generated.map(\.family)).sorted(), realCount: seen.count - generated.count,
      generatedCount: generated.count, auc: auc)
  }
}
