import ForensicCore

/// What each detector measured, beside the ensemble's own value.
enum DetectorView {
  static func fields(_ examination: Examination, _ figures: inout FigureShelf) -> Fields {
    let ran = examination.detectors.filter(\.ran)
    let conclusion = examination.conclusion
    var overview = ran.filter { $0.abstains != true }.compactMap { detector in
      detector.probabilityGenerated.map { probability -> Fields in
        [
          "name": name(detector.name),
          "strip": EvidenceDrawing.strip(probability, class: "s-neutral"),
          "share": Words.percent(probability),
        ]
      }
    }
    var fields: Fields = [:]
    if !overview.isEmpty, conclusion.hasRatio {
      overview.append([
        "name": "Together, calibrated",
        "strip": EvidenceDrawing.strip(
          conclusion.probabilityGenerated, class: EvidenceDrawing.fill(conclusion.leaning)),
        "share": Words.percent(conclusion.probabilityGenerated),
        "together": true,
      ])
      fields["prior"] = Words.beforehand(conclusion.prior)
    }
    fields["apart"] = conclusion.hasRatio || overview.isEmpty ? nil : true
    fields["overview"] = overview
    fields["hasOverview"] = overview.isEmpty ? nil : true
    fields["ran"] = ran.map { block($0, &figures) }
    let idle = examination.detectors.filter { !$0.ran }
    fields["hasIdle"] = idle.isEmpty ? nil : true
    fields["idle"] = idle.map { detector -> Fields in
      [
        "name": name(detector.name), "summary": detector.summary,
        "reason": detector.reason ?? "no reason was given",
      ]
    }
    fields["none"] = ran.isEmpty ? true : nil
    return fields
  }

  private static func block(_ detector: DetectorResult, _ figures: inout FigureShelf) -> Fields {
    var fields: Fields = ["name": name(detector.name), "summary": detector.summary]
    if detector.views > 0 {
      fields["views"] = words(detector)
    }
    if detector.abstains == true {
      fields["abstains"] = true
    } else if let scores = detector.scores {
      fields["families"] = LeadView.familyRows(scores, most: 4)
    }
    fields["hasFamilies"] = fields["families"] == nil ? nil : true
    fields["neighbours"] = NeighbourView.fields(detector)
    if let figure = detector.figure {
      fields["comparison"] = figures.waiting(figure).flatMap { ComparisonView.fields($0, &figures) }
      if fields["comparison"] == nil { fields["figure"] = figures.take(figure) }
    }
    fields["hasFigure"] = fields["figure"] == nil ? nil : true
    return fields
  }

  /// What of the picture its scores are from.
  private static func words(_ detector: DetectorResult) -> String {
    let views =
      detector.views == 1 ? "one view of the picture" : "the mean of \(detector.views) views"
    guard let size = detector.shrunkTo else { return views }
    return "\(views), the picture shrunk to \(size.width) × \(size.height)"
  }

  /// `spectrum` as a heading: `Spectrum`.
  private static func name(_ identifier: String) -> String {
    let known = ["clip": "CLIP", "dinov2": "DINOv2", "colour": "Colour"]
    return known[identifier] ?? identifier.prefix(1).uppercased() + identifier.dropFirst()
  }
}
