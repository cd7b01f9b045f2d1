import Detectors
import ForensicCore

/// How well the recipe does on generators and cameras it has never seen: for every source of
/// generated pictures, everything is trained again without it and without one source of camera
/// pictures (in turn), and judged on the held-back pictures of both.
enum LeaveOneOut {
  static func measure(
    _ data: TrainingData, options: TrainingOptions, progress: ProgressHandler?
  ) throws(LaboratoryError) -> [BundleMetrics.LeftOut] {
    let entries = data.train.entries
    let sources = Set(entries.filter(\.isGenerated).map(\.source)).sorted()
    let realSources = Set(entries.filter { !$0.isGenerated }.map(\.source)).sorted()
    guard sources.count > 1, realSources.count > 1 else { return [] }
    let counter = Counter(
      stage: "leave one source out", total: sources.count * (options.folds + 1), progress)
    return try Parallel.map(sources.count, threads: options.threads) {
      index throws(LaboratoryError) -> BundleMetrics.LeftOut in
      let source = sources[index]
      // A source of both classes goes as a whole, and another of camera pictures with it.
      let others = realSources.filter { $0 != source }
      let left: Set = [source, others[index % others.count]]
      let isLeft = { @Sendable (entry: Manifest.Entry) in left.contains(entry.source) }
      let trained = try TrainedEnsemble.train(
        on: data.train, options: options, threads: 1, counter: counter
      ) { !isLeft(entries[$0.entry]) }
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
      auc[recipe.name] = pictures.auc
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
