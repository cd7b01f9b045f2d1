import ForensicCore

/// The strength of the evidence: two propositions, the ratio on its scale, the table the error
/// rate comes from.
struct EvidenceView {
  let fields: Fields

  init(_ report: Report, _ examination: Examination) {
    let conclusion = examination.conclusion
    var fields: Fields = [:]
    let quotable = QuotableWords(report: report, examination: examination)
    fields["short"] = quotable.short
    fields["long"] = quotable.long
    fields["changes"] = quotable.whatWouldChangeIt.map { ["text": $0] as Fields }
    fields["stability"] = conclusion.stability.map { StabilityView($0).fields }
    if conclusion.hasRatio {
      fields["ratio"] = Self.ratio(conclusion)
      fields["rate"] = conclusion.errorRate.map {
        Self.rate($0, conclusion.leaning, quality: examination.jpeg?.quality.estimate)
      }
    } else {
      fields["noRatio"] = true
    }
    self.fields = fields
  }

  private static func ratio(_ conclusion: Conclusion) -> Fields {
    [
      "log": Digits.fixed(conclusion.logLikelihoodRatio, 2),
      "words": conclusion.words
        + (conclusion.isTurned
          ? "; no statement, for small changes turn it round"
          : conclusion.leaning == .inconclusive ? "; too little for a statement" : ""),
      "probability": Words.percent(conclusion.probabilityGenerated),
      "prior": Words.beforehand(conclusion.prior),
      "families": LeadView.familyRows(conclusion.families, most: 6),
      "steps": steps(conclusion.logLikelihoodRatio),
    ]
  }

  /// The table: what was counted on known sources and, where that was measured, on strange ones and
  /// on edited pictures.
  private static func rate(
    _ rate: Conclusion.ErrorRate, _ leaning: Conclusion.Leaning, quality: Int?
  ) -> Fields {
    let words = RateWords(rate: rate, quality: quality)
    var rows = [
      row(
        "known from training", words.alarms, words.misses, open: rate.inconclusive, auc: rate.auc)
    ]
    var fields: Fields = [
      "tier": rate.tier, "place": words.place, "data": "\(RateWords.data) (\(rate.data))",
      "unseen": words.unseen,
    ]
    if let unseen = rate.unseen {
      rows.append(row("never seen", unseen))
      fields["hasUnseen"] = true
    }
    if let edited = rate.edited { rows.append(row("known, edited", edited)) }
    fields["edited"] = words.edited
    fields["rows"] = rows
    // The family that fits best says nothing where no generator is said to be at work.
    if leaning == .generated { fields["family"] = words.family }
    return fields
  }

  private static func row(_ name: String, _ rates: Conclusion.ErrorRate.Rates) -> Fields {
    row(name, rates.wronglyGenerated, rates.wronglyCamera, open: rates.inconclusive, auc: rates.auc)
  }

  private static func row(
    _ name: String, _ alarms: Count, _ misses: Count, open: Double, auc: Double
  ) -> Fields {
    [
      "name": name, "alarms": "\(alarms.words); \(alarms.bound)",
      "misses": "\(misses.words); \(misses.bound)", "open": Words.percent(open),
      "auc": Digits.fixed(auc, 2),
    ]
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
}
