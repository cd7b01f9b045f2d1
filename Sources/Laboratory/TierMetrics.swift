import Classifiers
import Detectors
import ForensicCore

/// The figures of one tier from its scored pictures. Of those that an examination concludes nothing from,
/// because they are too small or too strange, nothing is concluded here either.
enum TierMetrics {
  static func measure(
    _ pictures: ScoredPictures, recipe: DegradationChain.Recipe, calibrator: Calibrator,
    decision: BundleDescription.Decision, limits: BundleDescription.Limits,
    families: FamilyMap
  ) -> BundleMetrics.Tier {
    let items = pictures.items
    let ratios = items.map { calibrator.logRatio(logOdds: $0.logOdds) }
    let positive = items.map(\.entry.isGenerated)
    let strangest = limits.outliers?.maximum ?? 1
    let calls = zip(items, ratios).map { item, ratio in
      if item.outlierShare > strangest || item.entry.shorterSide < limits.minimumSide { return 0 }
      return ratio >= decision.generated ? 1 : ratio <= decision.camera ? -1 : 0
    }
    func share(_ isCounted: (Int) -> Bool, _ isHit: (Int) -> Bool) -> Double {
      let counted = items.indices.filter(isCounted)
      guard !counted.isEmpty else { return 0 }
      return Double(counted.count(where: isHit)) / Double(counted.count)
    }
    let real = { (index: Int) in !positive[index] }
    let generated = { (index: Int) in positive[index] }
    let quality: Int? = if case .quality(let quality) = recipe { quality } else { nil }
    var detectors = [String: Double]()
    for (index, name) in pictures.detectorNames.enumerated() {
      detectors[name] = Metrics.auc(
        scores: items.map { $0.detectors[index] }, positive: positive)
    }
    let rows = families.families.compactMap { family -> BundleMetrics.Family? in
      let own = { (index: Int) in items[index].entry.family == family }
      let count = items.indices.count(where: own)
      guard count > 0 else { return nil }
      return BundleMetrics.Family(
        family: family, count: count,
        auc: family == .real
          ? nil : auc(items.indices.filter { own($0) || real($0) }, ratios: items, positive),
        generated: share(own) { calls[$0] == 1 }, camera: share(own) { calls[$0] == -1 },
        inconclusive: share(own) { calls[$0] == 0 })
    }
    return BundleMetrics.Tier(
      name: recipe.name, quality: quality, realCount: positive.count { !$0 },
      generatedCount: positive.count { $0 }, auc: pictures.auc,
      balancedAccuracy: (share(real) { ratios[$0] < 0 } + share(generated) { ratios[$0] >= 0 }) / 2,
      falseAlarms: share(real) { calls[$0] == 1 }, misses: share(generated) { calls[$0] == -1 },
      inconclusive: (share(real) { calls[$0] == 0 } + share(generated) { calls[$0] == 0 }) / 2,
      calibrationError: calibrationError(
        ratios.map { Calibrator.probability(logRatio: $0) }, positive),
      families: rows, detectors: detectors)
  }

  private static func auc(
    _ indices: [Int], ratios items: [ScoredPictures.Item], _ positive: [Bool]
  ) -> Double {
    Metrics.auc(
      scores: indices.map { items[$0].logOdds }, positive: indices.map { positive[$0] })
  }

  /// Ten bins of equal width; both classes have the same weight in sum.
  private static func calibrationError(_ probabilities: [Double], _ positive: [Bool]) -> Double {
    let ones = max(1, positive.count { $0 })
    let zeros = max(1, positive.count - ones)
    var weight = [Double](repeating: 0, count: 10)
    var stated = weight
    var seen = weight
    for (probability, isPositive) in zip(probabilities, positive) {
      let bin = min(9, Int(probability * 10))
      let share = 0.5 / Double(isPositive ? ones : zeros)
      weight[bin] += share
      stated[bin] += share * probability
      seen[bin] += isPositive ? share : 0
    }
    return zip(stated, seen).reduce(0) { $0 + abs($1.0 - $1.1) }
  }
}

extension Manifest.Entry {
  /// The shorter side of what is looked at, in pixels. The chain shrinks and cuts nothing to less than a
  /// view, and leaves what is smaller as it is, so that a tier's pictures are below that where these are.
  fileprivate var shorterSide: Int {
    min(region?.width ?? width, region?.height ?? height)
  }
}
