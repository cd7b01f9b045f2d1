import Detectors
import ForensicCore

/// The figures of one tier from its scored pictures. What an examination forms no likelihood ratio for
/// counts as inconclusive; it has no rank and no probability, and is left out of the figures of those.
enum TierMetrics {
  static func measure(
    _ pictures: ScoredPictures, recipe: DegradationChain.Recipe, calibrator: Calibrator,
    decision: BundleDescription.Decision, limits: BundleDescription.Limits,
    families: FamilyMap
  ) throws(LaboratoryError) -> BundleMetrics.Tier {
    let calls = pictures.items.map { item in
      item.obstacle(within: limits) == nil
        ? decision.leaning(calibrator.logRatio(logOdds: item.logOdds)) : .inconclusive
    }
    /// The share of the pictures of one kind of which this was concluded.
    func share(
      _ call: Conclusion.Leaning, of isCounted: (Manifest.Entry) -> Bool
    ) -> Double {
      let own = zip(pictures.items, calls).filter { isCounted($0.0.entry) }.map(\.1)
      return own.isEmpty ? 0 : Double(own.count { $0 == call }) / Double(own.count)
    }
    let real = { (entry: Manifest.Entry) in !entry.isGenerated }
    let generated = { (entry: Manifest.Entry) in entry.isGenerated }
    let ranked = pictures.withRatio(within: limits)
    guard let auc = ranked.auc else {
      throw .emptyDataSet(
        "no picture of one of the classes gets a likelihood ratio at \(recipe.name)")
    }
    var detectors = [String: Double]()
    for (index, name) in pictures.detectorNames.enumerated() {
      detectors[name] = ranked.auc { $0.detectors[index] }
    }
    let rows = families.families.compactMap { family -> BundleMetrics.Family? in
      let own = { (entry: Manifest.Entry) in entry.family == family }
      let count = pictures.items.count { own($0.entry) }
      guard count > 0 else { return nil }
      var against = ranked
      against.items = ranked.items.filter { own($0.entry) || real($0.entry) }
      return BundleMetrics.Family(
        family: family, count: count, auc: family == .real ? nil : against.auc,
        generated: share(.generated, of: own), camera: share(.camera, of: own),
        inconclusive: share(.inconclusive, of: own))
    }
    let ratios = ranked.items.map { calibrator.logRatio(logOdds: $0.logOdds) }
    let positive = ranked.items.map(\.entry.isGenerated)
    let quality: Int? = if case .quality(let quality) = recipe { quality } else { nil }
    return BundleMetrics.Tier(
      name: recipe.name, quality: quality, realCount: pictures.count(generated: false),
      generatedCount: pictures.count(generated: true), auc: auc,
      balancedAccuracy: balancedAccuracy(ratios, positive),
      falseAlarms: share(.generated, of: real), misses: share(.camera, of: generated),
      inconclusive: (share(.inconclusive, of: real) + share(.inconclusive, of: generated)) / 2,
      calibrationError: calibrationError(
        ratios.map { Calibrator.probability(logRatio: $0) }, positive),
      families: rows, detectors: detectors, withoutRatio: withoutRatio(pictures, limits))
  }

  /// The pictures that no ratio is formed for, by reason; the most frequent first.
  private static func withoutRatio(
    _ pictures: ScoredPictures, _ limits: BundleDescription.Limits
  ) -> [BundleMetrics.WithoutRatio] {
    var found = [String: BundleMetrics.WithoutRatio]()
    for item in pictures.items {
      guard let name = item.obstacle(within: limits)?.name else { continue }
      var row = found[name] ?? .init(reason: name, realCount: 0, generatedCount: 0)
      if item.entry.isGenerated { row.generatedCount += 1 } else { row.realCount += 1 }
      found[name] = row
    }
    return found.values.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
  }

  /// Mean of the two classes' shares on their own side of a ratio of 1.
  private static func balancedAccuracy(_ ratios: [Double], _ positive: [Bool]) -> Double {
    let right = [false, true].map { side in
      let own = zip(ratios, positive).filter { $0.1 == side }.map { ($0.0 >= 0) == side }
      return Double(own.count { $0 }) / Double(max(1, own.count))
    }
    return (right[0] + right[1]) / 2
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
