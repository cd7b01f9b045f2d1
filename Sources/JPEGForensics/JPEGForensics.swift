import ForensicCore

/// What a JPEG's tables tell, as findings and figures of the report.
public enum JPEGForensics {
  private static let method =
    "Quantisation tables (ITU-T T.81, B.2.4.1) against Annex K scaled by the Independent JPEG "
    + "Group's quality"

  /// `jpeg.quality` always; `jpeg.tables.nonstandard` and `jpeg.quality.luma-chroma-differ` where
  /// they apply.
  public static func findings(for info: JPEGInfo) -> [Finding] {
    var findings = [quality(info.quality)]
    if !info.quality.standard {
      if let apart = apart(info.quality, info) {
        findings.append(apart)
      } else {
        findings.append(nonstandard(info))
      }
    }
    return findings
  }

  /// One grid of 8 columns for each table, `quantisation-0` and on.
  public static func figures(for info: JPEGInfo) -> [Figure] {
    info.tables.enumerated().map { index, table in
      let users = info.components.enumerated().filter { $0.element.table == table.id }
      let names = users.map { component(at: $0.offset, of: info) }.joined(separator: ", ")
      return Figure(
        id: "quantisation-\(index)",
        title: "Quantisation table \(table.id)" + (names.isEmpty ? "" : " (\(names))"),
        caption: "Each of the 64 frequencies of an 8 × 8 block is divided by its step and rounded: "
          + "the larger the number, the more of that frequency was thrown away. Upper left: "
          + "even brightness; lower right: the finest pattern. \(table.precision)-bit table.",
        content: .grid(columns: 8, values: table.values))
    }
  }

  private static func component(at index: Int, of info: JPEGInfo) -> String {
    switch (info.components.count, index) {
    case (1, _): "brightness"
    case (3, 0) where info.adobeTransform != 0: "brightness"
    case (3, 1) where info.adobeTransform != 0: "colour, Cb"
    case (3, 2) where info.adobeTransform != 0: "colour, Cr"
    default: "component \(index + 1)"
    }
  }

  private static func quality(_ quality: JPEGInfo.Quality) -> Finding {
    var result = ["estimate": String(quality.estimate), "luma": String(quality.luma)]
    result["chroma"] = quality.chroma.map(String.init)
    result["distance"] = steps(quality.distance)
    result["standard"] = quality.standard ? "yes" : "no"
    return Finding(
      code: "jpeg.quality", method: method,
      summary: quality.standard
        ? "The picture was last saved as JPEG at quality \(quality.estimate) of 100, with the "
          + "standard tables."
        : "The picture was last saved as JPEG with tables of its own; the nearest standard "
          + "quality is \(quality.estimate) of 100.",
      result: result, figure: "quantisation-0",
      limits: "Tells of the last saving only; earlier ones may have been coarser.")
  }

  private static func nonstandard(_ info: JPEGInfo) -> Finding {
    let quality = info.quality
    var result = ["distance": steps(quality.distance), "nearest": String(quality.estimate)]
    result["maker"] = quality.maker
    var summary =
      "The quantisation tables are not those of the standard scale: they differ from the nearest, "
      + "quality \(quality.estimate), by \(steps(quality.distance)) steps on average."
    if let scale = scale(of: info) {
      let factor = steps((scale.lower + scale.upper) / 2)
      result["lumaScalePercent"] = factor
      result["lumaRounding"] = scale.rounding.rawValue
      summary += " The brightness table is the standard one at \(factor) %, rounded "
      summary += scale.rounding == .nearest ? "to the nearest step" : scale.rounding.rawValue
      summary += ", a scale between those of the usual programs."
    }
    if let maker = quality.maker { summary += " Such tables are known from \(maker)." }
    return Finding(
      code: "jpeg.tables.nonstandard", method: method, summary: summary, result: result,
      figure: "quantisation-0",
      limits: "Cameras and some programs write tables of their own; such tables name neither "
        + "with certainty, for programs can copy them.")
  }

  /// How the first component's table was scaled from Annex K, where it was.
  private static func scale(of info: JPEGInfo) -> AnnexKScale? {
    guard let first = info.components.first,
      let table = info.tables.first(where: { $0.id == first.table })
    else { return nil }
    return AnnexKScale.fit(table.values, to: StandardTables.luma)
  }

  /// Luma and chroma are both of the standard scale, at different qualities.
  private static func apart(_ quality: JPEGInfo.Quality, _ info: JPEGInfo) -> Finding? {
    guard let chroma = quality.chroma, chroma != quality.luma, let first = info.components.first,
      info.tables.allSatisfy({
        JPEGQualityEstimator.isStandard($0.values, chroma: $0.id != first.table)
      })
    else { return nil }
    return Finding(
      code: "jpeg.quality.luma-chroma-differ", method: method,
      summary: "Brightness was saved at quality \(quality.luma) and colour at quality \(chroma): "
        + "both tables are standard, but not at the same quality.",
      result: ["luma": String(quality.luma), "chroma": String(chroma)], figure: "quantisation-0")
  }

  /// Two decimals, without a formatter.
  private static func steps(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(hundredths % 100)
    return "\(hundredths / 100).\(digits.count == 1 ? "0" : "")\(digits)"
  }
}
