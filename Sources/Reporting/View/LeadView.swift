import ForensicCore

/// The first screen: the picture, the conclusion in plain words, its error rate at the measured
/// quality nearest to the file's, the families where a generator fits.
struct LeadView {
  let fields: Fields

  /// Families below this share are summed up in one row.
  private static let leastShare = 0.01

  init(_ examination: Examination, picture: Fields?) {
    let conclusion = examination.conclusion
    let words = ConclusionWords(conclusion: conclusion)
    var fields: Fields = [
      "kicker": words.kicker, "headline": words.headline, "comparison": words.comparison,
    ]
    fields["picture"] = picture
    fields["reason"] = conclusion.reason.map(Words.closed)
    fields["declared"] = examination.declaration.flatMap(DeclarationView.lead)
    let alerts = AlertLine.items(examination)
    fields["alerts"] = alerts
    fields["hasAlerts"] = alerts.isEmpty ? nil : true
    if conclusion.leaning != .inconclusive { fields["words"] = conclusion.words }
    if conclusion.hasRatio {
      fields["hasScale"] = true
      fields["scale"] = EvidenceDrawing.scale(
        ratio: conclusion.logLikelihoodRatio, leaning: conclusion.leaning)
      fields["error"] = conclusion.errorRate.map {
        Self.error($0, conclusion.leaning, quality: examination.jpeg?.quality.estimate)
      }
      fields["noError"] = conclusion.errorRate == nil ? true : nil
    }
    // A ranking of families answers a question that only a generated picture raises.
    if conclusion.leaning == .generated {
      fields["ranking"] = Self.ranking(conclusion, family: words.family)
    }
    self.fields = fields
  }

  private static func ranking(_ conclusion: Conclusion, family: String?) -> Fields {
    var fields: Fields = [
      "families": familyRows(conclusion.families, most: 6),
      "prior": Words.beforehand(conclusion.prior),
    ]
    fields["family"] = family
    return fields
  }

  private static func error(
    _ rate: Conclusion.ErrorRate, _ leaning: Conclusion.Leaning, quality: Int?
  ) -> Fields {
    let words = RateWords(rate: rate, quality: quality)
    var fields: Fields = ["unseen": words.unseen]
    switch leaning {
    // The error that this very conclusion could be comes first.
    case .generated: fields["first"] = words.alarmSentence(at: words.place)
    case .camera: fields["first"] = words.missSentence(at: words.place)
    case .inconclusive:
      fields["first"] = words.openSentence(at: words.place)
      fields["second"] = words.alarmSentence(at: nil) + " " + words.missSentence(at: nil)
      return fields
    }
    fields["second"] = words.openSentence(at: nil)
    fields["hasArrays"] = true
    fields["arrays"] = [
      array(words.alarms, rate.falseAlarms, "camera pictures called generated", "s-generated"),
      array(words.misses, rate.misses, "generated pictures called camera", "s-camera"),
    ]
    return fields
  }

  private static func array(
    _ count: Count, _ share: Double, _ what: String, _ fill: StaticString
  ) -> Fields {
    [
      "drawing": EvidenceDrawing.hundred(marked: Count.hundredths(share), class: fill),
      "seen": Digits.grouped(count.seen),
      "what": "of \(Digits.grouped(count.total)) \(what); \(count.caution)",
    ]
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
      let name = shown.isEmpty ? "\(rest.count) generator families" : "\(rest.count) other families"
      var sum = row(name, rest.reduce(0) { $0 + $1.value }, class: "s-generated")
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
