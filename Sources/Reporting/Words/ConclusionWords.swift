import ForensicCore

/// A conclusion in plain words.
struct ConclusionWords {
  let conclusion: Conclusion

  /// The line above the headline.
  var kicker: String {
    switch conclusion.leaning {
    case .generated: "Leaning: generated"
    case .camera: "Leaning: not from a generator"
    case .inconclusive:
      conclusion.hasRatio ? "Inconclusive" : "Inconclusive · no likelihood ratio"
    }
  }

  /// The headline: what the pixels speak for, and how strongly.
  var headline: String {
    switch conclusion.leaning {
    case .generated: "The pixels speak \(adverb) for generation by a machine"
    case .camera: "The pixels speak \(adverb) for a picture that no generator made"
    case .inconclusive:
      conclusion.hasRatio
        ? "The pixels leave open whether a machine generated this picture"
        : "From the pixels nothing is concluded"
    }
  }

  /// What “no generator made it” means, with the word that stands for it in rates and charts.
  static let noGenerator = "a photograph, scan, screenshot or drawing: “camera” for short"

  /// The sentence below it: the likelihood ratio as a comparison of two propositions; that it is
  /// too small for a statement; or that there is none.
  var comparison: String {
    let ratio = conclusion.logLikelihoodRatio
    guard conclusion.hasRatio, ratio.isFinite else {
      return "No likelihood ratio is given: there are no grounds for one."
    }
    guard ratio.magnitude >= 0.1 else {
      return "What was measured is about as probable if a machine generated the picture as if no "
        + "generator made it (\(Self.noGenerator))."
    }
    let start =
      if conclusion.isTurned {
        "No statement is made, for small changes turn it round. What was measured is"
      } else if conclusion.leaning == .inconclusive {
        "The likelihood ratio is below the threshold for a statement: what was measured is only"
      } else {
        "What was measured is"
      }
    let times = "\(start) about \(Self.times(ratio.magnitude)) as probable if"
    return ratio > 0
      ? "\(times) a machine generated the picture as if no generator made it "
        + "(\(Self.noGenerator))."
      : "\(times) no generator made the picture (\(Self.noGenerator)) as if a machine "
        + "generated it."
  }

  /// `4 times`, `63 times`, `1,300 times`: ten to a power, to two digits.
  static func times(_ power: Double) -> String {
    var factor = 1.0
    for _ in 0..<Int(min(power, 12)) { factor *= 10 }
    // 10^f for the fraction f by squaring: no mathematics library is needed for two digits.
    factor *= tenToFraction(min(power, 12) - min(power, 12).rounded(.down))
    if factor < 2 { return Digits.fixed(factor, 1) + " times" }
    if factor < 100 { return Digits.fixed(factor, 0) + " times" }
    var unit = 10.0
    while factor / unit >= 100 { unit *= 10 }
    return Digits.grouped(Int((factor / unit).rounded() * unit)) + " times"
  }

  private static func tenToFraction(_ fraction: Double) -> Double {
    var (result, rest, root) = (1.0, fraction, 10.0)
    for _ in 0..<24 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return result
  }

  /// How strongly, as an adverb: from the conclusion's own words where they are of the scale,
  /// otherwise from the ratio.
  private var adverb: String {
    let known = [
      ("extremely strong", "extremely strongly"), ("very strong", "very strongly"),
      ("moderately strong", "moderately strongly"), ("strong", "strongly"),
      ("moderate", "moderately"), ("weak", "weakly"),
    ]
    let words = conclusion.words.lowercased()
    for (adjective, adverb) in known where words.contains(adjective) { return adverb }
    // ENFSI Guideline for Evaluative Reporting in Forensic Science (2015), table of ratios.
    switch conclusion.logLikelihoodRatio.magnitude {
    case ..<0.301: return "barely"
    case ..<1: return "weakly"
    case ..<2: return "moderately"
    case ..<3: return "moderately strongly"
    case ..<4: return "strongly"
    case ..<6: return "very strongly"
    default: return "extremely strongly"
    }
  }

  /// What the likeliest family is, where the pixels speak for a generator.
  var family: String? {
    guard conclusion.leaning == .generated, let best = conclusion.likeliestGenerator else {
      return nil
    }
    return "Of the generator families that the model bundle knows, \(Words.family(best.name)) fits "
      + "best (\(Words.percent(best.probability))); a generator it does not know would be given "
      + "to the nearest."
  }
}
