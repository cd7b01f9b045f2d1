import ForensicCore

/// The first screen: the picture, the conclusion in plain words, its error rate at this file's
/// own JPEG quality, the families.
struct LeadView {
  let fields: Fields

  /// Families below this share are summed up in one row.
  private static let leastShare = 0.01

  init(_ examination: Examination, picture: Fields?) {
    let conclusion = examination.conclusion
    let words = ConclusionWords(conclusion: conclusion)
    var fields: Fields = [
      "kicker": words.kicker,
      "headline": words.headline,
      "comparison": words.comparison,
      "words": conclusion.words,
      "probability": Words.percent(conclusion.probabilityGenerated),
      "prior": Words.percent(conclusion.prior),
      "families": Self.familyRows(conclusion.families, most: 6),
      "scale": EvidenceDrawing.scale(
        ratio: conclusion.logLikelihoodRatio, leaning: conclusion.leaning),
    ]
    fields["picture"] = picture
    fields["reason"] = conclusion.reason
    fields["declared"] = examination.declaration.flatMap(DeclarationView.lead)
    fields["family"] = words.family
    if let rate = conclusion.errorRate {
      fields["error"] = Self.error(rate, conclusion.leaning, examination.jpeg?.quality)
    } else {
      fields["noError"] = true
    }
    self.fields = fields
  }

  private static func error(
    _ rate: Conclusion.ErrorRate, _ leaning: Conclusion.Leaning, _ quality: JPEGInfo.Quality?
  ) -> Fields {
    let place = quality == nil ? "measured under these conditions" : "measured at this quality"
    let alarm = Frequency.sentence(
      rate.falseAlarms, of: "camera pictures", place: place, called: "wrongly called generated")
    let miss = Frequency.sentence(
      rate.misses, of: "generated pictures", place: place, called: "wrongly called camera")
    // The error that this very conclusion could be comes first.
    let (first, second) = leaning == .camera ? (miss, alarm) : (alarm, miss)
    var fields: Fields = [
      "first": first,
      "second": second,
      "open":
        "\(sentenceCase(Frequency.counted(rate.inconclusive))) of 100 were left inconclusive.",
      "alarmArray": EvidenceDrawing.hundred(
        marked: Frequency.marks(rate.falseAlarms), class: "s-generated"),
      "missArray": EvidenceDrawing.hundred(marked: Frequency.marks(rate.misses), class: "s-camera"),
      "alarmCount": Frequency.counted(rate.falseAlarms),
      "missCount": Frequency.counted(rate.misses),
      "tier": rate.tier,
    ]
    fields["quality"] = quality.map { "\($0.estimate)" }
    return fields
  }

  private static func sentenceCase(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  /// `real` first, then the generators from the likeliest down, small ones summed up.
  static func familyRows(_ families: [String: Double], most: Int) -> [Fields] {
    var rows: [Fields] = []
    if let real = families[GeneratorFamily.real.rawValue] {
      rows.append(row(Words.family("real"), real, class: "s-camera"))
    }
    let generators = families.filter { $0.key != GeneratorFamily.real.rawValue }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = generators.prefix(most).prefix { $0.value >= leastShare }
    rows += shown.map { row(Words.family($0.key), $0.value, class: "s-generated") }
    let rest = generators.dropFirst(shown.count)
    if rest.count == 1, let last = rest.first {
      rows.append(row(Words.family(last.key), last.value, class: "s-generated"))
    } else if !rest.isEmpty {
      var sum = row(
        "\(rest.count) other families", rest.reduce(0) { $0 + $1.value }, class: "s-generated")
      sum["rest"] = true
      rows.append(sum)
    }
    return rows
  }

  private static func row(_ name: String, _ share: Double, class fill: StaticString) -> Fields {
    [
      "name": name, "bar": EvidenceDrawing.bar(share, class: fill), "share": Words.percent(share),
    ]
  }
}
