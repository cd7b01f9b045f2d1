import ForensicCore

/// A conclusion in plain words.
struct ConclusionWords {
  let conclusion: Conclusion

  /// The line above the headline.
  var kicker: String {
    switch conclusion.leaning {
    case .generated: "Leaning: generated"
    case .camera: "Leaning: camera"
    case .inconclusive: "Inconclusive"
    }
  }

  /// The headline: what the pixels speak for, and how strongly.
  var headline: String {
    switch conclusion.leaning {
    case .generated: "The pixels speak \(adverb) for generation by a machine"
    case .camera: "The pixels speak \(adverb) for a camera"
    case .inconclusive: "The pixels leave open whether a camera or a machine made this picture"
    }
  }

  /// The sentence below it: the likelihood ratio as a comparison of two propositions.
  var comparison: String {
    let ratio = conclusion.logLikelihoodRatio
    guard ratio.isFinite else { return "" }
    guard ratio.magnitude >= 0.1 else {
      return "What was measured is about as probable in pictures from cameras as in pictures from "
        + "generators."
    }
    let (more, less) =
      ratio > 0
      ? ("a machine generated", "a camera took") : ("a camera took", "a machine generated")
    return "What was measured is about \(Self.times(ratio.magnitude)) as probable if \(more) the "
      + "picture as if \(less) it."
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

/// An error rate as a natural frequency: `4 of 100`.
enum Frequency {
  /// `Of 100 camera pictures measured at this quality, 4 were wrongly called generated.`
  static func sentence(_ share: Double, of noun: String, place: String, called: String) -> String {
    let many = counted(share)
    let were = many == "1" || many == "none" || many == "fewer than 1" ? "was" : "were"
    return "Of 100 \(noun) \(place), \(many) \(were) \(called)."
  }

  /// The count among a hundred, in words where a digit would mislead.
  static func counted(_ share: Double) -> String {
    guard share.isFinite, share > 0 else { return "none" }
    if share < 0.005 { return "fewer than 1" }
    return Digits.fixed(share * 100, 0)
  }

  /// How many of a hundred squares to mark.
  static func marks(_ share: Double) -> Int {
    guard share.isFinite else { return 0 }
    return min(100, max(0, Int((share * 100).rounded())))
  }
}
