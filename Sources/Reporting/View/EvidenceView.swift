import ForensicCore

/// The strength of the evidence: two propositions, the ratio on its scale, the table the error
/// rate comes from.
struct EvidenceView {
  let fields: Fields

  init(_ examination: Examination) {
    let conclusion = examination.conclusion
    var fields: Fields = [
      "ratio": Digits.fixed(conclusion.logLikelihoodRatio, 2),
      "words": conclusion.words,
      "probability": Words.percent(conclusion.probabilityGenerated),
      "prior": Words.percent(conclusion.prior),
    ]
    if let rate = conclusion.errorRate {
      fields["rate"] =
        [
          "tier": rate.tier,
          "data": rate.data,
          "real": Digits.grouped(rate.realCount),
          "generated": Digits.grouped(rate.generatedCount),
          "alarms": Self.percent(rate.falseAlarms),
          "misses": Self.percent(rate.misses),
          "open": Self.percent(rate.inconclusive),
          "auc": Digits.fixed(rate.auc, 3),
        ] as Fields
    }
    self.fields = fields
  }

  /// With one decimal: a table for the reader who wants the figure and not the frequency.
  private static func percent(_ share: Double) -> String { Digits.fixed(share * 100, 1) + "%" }
}
