import ForensicCore

/// The strength of the evidence: two propositions, the ratio on its scale, the table the error
/// rate comes from.
struct EvidenceView {
  let fields: Fields

  init(_ report: Report, _ examination: Examination) {
    let conclusion = examination.conclusion
    var fields: Fields = [
      "ratio": Digits.fixed(conclusion.logLikelihoodRatio, 2),
      "words": conclusion.words,
      "probability": Words.percent(conclusion.probabilityGenerated),
      "prior": Words.percent(conclusion.prior),
    ]
    let quotable = QuotableWords(report: report, examination: examination)
    fields["short"] = quotable.short
    fields["long"] = quotable.long
    fields["changes"] = quotable.whatWouldChangeIt.map { ["text": $0] as Fields }
    fields["steps"] = Self.steps(conclusion.logLikelihoodRatio)
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

  /// The verbal scale, with the step that this ratio is on (ENFSI 2015, table 2).
  private static func steps(_ ratio: Double) -> [Fields] {
    let scale: [(power: Double, from: String, to: String, words: String)] = [
      (0, "1", "2", "no support for one over the other"), (0.30103, "2", "10", "weak support"),
      (1, "10", "100", "moderate support"), (2, "100", "1,000", "moderately strong support"),
      (3, "1,000", "10,000", "strong support"), (4, "10,000", "1,000,000", "very strong support"),
      (6, "1,000,000", "", "extremely strong support"),
    ]
    let current = scale.lastIndex { $0.power <= ratio.magnitude + 1e-12 } ?? 0
    return scale.enumerated().map { index, step in
      var fields: Fields = [
        "range": step.to.isEmpty ? "\(step.from) and more" : "\(step.from) to \(step.to)",
        "words": step.words,
      ]
      fields["current"] = index == current && ratio.isFinite ? true : nil
      return fields
    }
  }

  /// With one decimal: a table for the reader who wants the figure and not the frequency.
  private static func percent(_ share: Double) -> String { Digits.fixed(share * 100, 1) + "%" }
}
