import ForensicCore

extension Ensemble {
  /// The conclusion from the meta-classifier's softmax.
  /// - Parameter reason: why nothing may be concluded, whatever the numbers say.
  func conclude(_ softmax: [Double], quality: Int?, reason: String?) -> Conclusion {
    let calibrator = Calibrator(description.calibration)
    // Without grounds for a conclusion none is formed: 0 only stands in its place (`noRatio`).
    let ratio = reason == nil ? calibrator.logRatio(logOdds: Calibrator.logOdds(softmax)) : 0
    let probability = Calibrator.probability(logRatio: ratio)
    let spread = Calibrator.spread(softmax, probabilityGenerated: probability)
    let decision = description.decision
    let leaning = reason == nil ? decision.leaning(ratio) : .inconclusive
    var conclusion = Conclusion(
      leaning: leaning, probabilityGenerated: probability, logLikelihoodRatio: ratio,
      prior: Calibrator.prior,
      words: reason == nil ? VerbalScale.words(forLogRatio: ratio) : VerbalScale.noRatio,
      reason: leaning == .inconclusive
        ? reason ?? Self.openReason(ratio, calibrator: calibrator, decision: decision) : nil,
      families: Dictionary(
        uniqueKeysWithValues: zip(description.families.map(\.name.rawValue), spread)),
      errorRate: errorRate(quality: quality), noRatio: reason == nil ? nil : true)
    let family = conclusion.likeliestGenerator.flatMap { familyRate($0, quality: quality) }
    conclusion.errorRate?.family = family
    return conclusion
  }

  /// How often pictures of a family were found, in the measured row that speaks for a file of this
  /// JPEG quality; `nil` where none was measured.
  private func familyRate(_ name: String, quality: Int?) -> Conclusion.ErrorRate.FamilyRate? {
    description.metrics.tier(forQuality: quality)?.families
      .first { $0.family.rawValue == name && $0.count > 0 }
      .map { .init(family: name, found: $0.generated, count: $0.count) }
  }

  /// Why a ratio between the thresholds says nothing. A threshold that no ratio reaches is that of a
  /// bundle with too few validation pictures for any.
  private static func openReason(
    _ ratio: Double, calibrator: Calibrator, decision: BundleDescription.Decision
  ) -> String {
    let isReachable =
      ratio > 0
      ? decision.generated <= calibrator.upperBound : decision.camera >= calibrator.lowerBound
    return isReachable
      ? """
      the score lies between the two thresholds, where such statements were too often wrong on \
      validation pictures
      """
      : """
      the bundle was made with too few validation pictures to say how often such a statement would \
      be wrong
      """
  }

  /// The measured row that speaks for a file of this JPEG quality.
  func errorRate(quality: Int?) -> Conclusion.ErrorRate? {
    description.metrics.tier(forQuality: quality).map { tier in
      Conclusion.ErrorRate(
        tier: tier.name, quality: tier.quality, falseAlarms: tier.falseAlarms,
        misses: tier.misses, inconclusive: tier.inconclusive, auc: tier.auc,
        realCount: tier.realCount, generatedCount: tier.generatedCount,
        data: description.metrics.data,
        unseen: description.metrics.unseenTier(forQuality: quality).map(
          Conclusion.ErrorRate.Rates.init),
        edited: description.metrics.editedTier.map(Conclusion.ErrorRate.Rates.init))
    }
  }
}

extension Conclusion.ErrorRate.Rates {
  fileprivate init(_ tier: BundleMetrics.Tier) {
    self.init(
      falseAlarms: tier.falseAlarms, misses: tier.misses, inconclusive: tier.inconclusive,
      auc: tier.auc, realCount: tier.realCount, generatedCount: tier.generatedCount)
  }
}

extension BundleDescription.Decision {
  /// What is concluded from a likelihood ratio, given as its decimal logarithm.
  package func leaning(_ ratio: Double) -> Conclusion.Leaning {
    ratio >= generated ? .generated : ratio <= camera ? .camera : .inconclusive
  }
}
