import ForensicCore

extension Ensemble {
  /// The conclusion from the meta-classifier's softmax.
  /// - Parameter reason: why nothing may be concluded, whatever the numbers say.
  func conclude(_ softmax: [Double], quality: Int?, reason: String?) -> Conclusion {
    let calibrator = Calibrator(description.calibration)
    // Without grounds for a conclusion the ratio itself is one: neither side is supported.
    let ratio = reason == nil ? calibrator.logRatio(logOdds: Calibrator.logOdds(softmax)) : 0
    let probability = Calibrator.probability(logRatio: ratio)
    let spread = Calibrator.spread(softmax, probabilityGenerated: probability)
    let decision = description.decision
    let leaning: Conclusion.Leaning =
      if reason != nil {
        .inconclusive
      } else if ratio >= decision.generated {
        .generated
      } else if ratio <= decision.camera {
        .camera
      } else {
        .inconclusive
      }
    return Conclusion(
      leaning: leaning, probabilityGenerated: probability, logLikelihoodRatio: ratio,
      prior: Calibrator.prior, words: VerbalScale.words(forLogRatio: ratio),
      reason: leaning == .inconclusive ? reason ?? Self.withinBand : nil,
      families: Dictionary(
        uniqueKeysWithValues: zip(description.families.map(\.name.rawValue), spread)),
      errorRate: errorRate(quality: quality))
  }

  private static let withinBand = """
    the score lies between the two thresholds, where such statements were too often wrong on \
    validation pictures
    """

  /// The measured row that speaks for a file of this JPEG quality.
  func errorRate(quality: Int?) -> Conclusion.ErrorRate? {
    description.metrics.tier(forQuality: quality).map { tier in
      Conclusion.ErrorRate(
        tier: tier.name, falseAlarms: tier.falseAlarms, misses: tier.misses,
        inconclusive: tier.inconclusive, auc: tier.auc, realCount: tier.realCount,
        generatedCount: tier.generatedCount, data: description.metrics.data)
    }
  }
}
