import Glibc

/// The verbal scale for likelihood ratios of the ENFSI Guideline for Evaluative Reporting in
/// Forensic Science (2015), table 2.
public enum VerbalScale {
  /// One step: the ratio where it begins, and its words.
  public struct Step: Hashable, Sendable {
    /// The smallest likelihood ratio of the step.
    public var from: Double
    public var words: String
  }

  /// From no support to extremely strong support. Below a ratio of 1 the scale is read with the
  /// propositions exchanged.
  public static let steps: [Step] = [
    Step(from: 1, words: "no support"),
    Step(from: 2, words: "weak support"),
    Step(from: 10, words: "moderate support"),
    Step(from: 100, words: "moderately strong support"),
    Step(from: 1000, words: "strong support"),
    Step(from: 10_000, words: "very strong support"),
    Step(from: 1_000_000, words: "extremely strong support"),
  ]

  /// What stands in place of the words where no ratio was formed.
  static let noRatio = "no likelihood ratio is given"

  /// The words for a ratio, given as its decimal logarithm; positive speaks for *generated*.
  public static func words(forLogRatio ratio: Double) -> String {
    let step = steps.last { abs(ratio) >= log10($0.from) - 1e-12 } ?? steps[0]
    guard step.from > 1 else {
      return "no support for one origin over the other"
    }
    return ratio > 0
      ? "\(step.words) for a generated picture over one that no generator made"
      : "\(step.words) for a picture that no generator made over a generated one"
  }
}
