/// The measured values of a finding in words: `report.json` has the programs' own names and all
/// digits, the page has what a reader can use.
enum FindingWords {
  /// Names that are written for programs. All others are words already and stay as they are.
  private static let titles = [
    "log10FalseAlarms": "expected by chance alone",
    "log10LikelihoodRatio": "likelihood ratio of two savings over one, log₁₀",
    "log10Against": "what other frequencies speak against it, log₁₀",
    "lastQuality": "quality of the last saving, luma alone",
    "firstQuality": "quality of the first saving",
    "firstStepOfMean": "step of the first saving for the mean",
    "strongestOrigin": "strongest where the grid begins at",
    "fewestPairs": "pairs of points needed", "detailCorrelation": "correlation of the detail",
    "medianChange": "change of the median block, levels",
    "translucentPixels": "pixels not opaque", "soundRows": "rows read before the damage",
    "generatedFrom": "generated from a log₁₀ ratio of", "cameraTo": "camera up to a log₁₀ ratio of",
    "lumaRounding": "rounding of the luma steps", "lumaScalePercent": "scale of the luma table, %",
    "digitalSourceType": "digital source type",
  ]

  /// More powers of ten than anybody can tell apart.
  private static let mostPowers = 100

  static func name(_ key: String) -> String { titles[key] ?? key }

  /// The value as it is, but for numbers of known names whose digits say nothing.
  static func value(_ value: String, of key: String) -> String {
    guard titles[key] != nil, let number = Double(value), number.isFinite else { return value }
    if key == "log10FalseAlarms" { return power(number) }
    guard number.magnitude >= 100, value.contains("."),
      let whole = Int(exactly: number.rounded())
    else { return value }
    return Digits.grouped(whole)
  }

  /// `about 10⁻¹²`, or `fewer than 10⁻¹⁰⁰`.
  private static func power(_ exponent: Double) -> String {
    let most = Double(mostPowers)
    if exponent < -most { return "fewer than \(power(-mostPowers))" }
    if exponent > most { return "more than \(power(mostPowers))" }
    return "about \(power(Int(exponent.rounded())))"
  }

  private static func power(_ exponent: Int) -> String {
    guard exponent != 0 else { return "1" }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + (exponent < 0 ? "⁻" : "")
      + String("\(exponent.magnitude)".compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }
}
