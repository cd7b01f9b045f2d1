import ForensicCore

extension SampleReports {
  /// What changes of a picture leave as it is, open, or unread.
  static let stable = Stability(
    base: .init(logLikelihoodRatio: 1.4102, leaning: .generated),
    detectors: ["spectrum", "residual", "colour"],
    variants: [
      .init(.resaved95, logLikelihoodRatio: 1.3811, leaning: .generated),
      .init(.resaved80, logLikelihoodRatio: 1.1207, leaning: .generated),
      .init(.resaved60, logLikelihoodRatio: 0.4133, leaning: .inconclusive),
      .init(
        .halfSize,
        reason:
          "the picture's shorter side has 213 pixels; the detectors were measured on pictures "
          + "of at least 256"),
      .init(.cropped10, logLikelihoodRatio: 1.3544, leaning: .generated),
    ])

  /// A picture that is called generated as it is, and camera's when it is saved again.
  static let turned: Report = {
    var stability = stable
    stability.variants[1] = .init(.resaved80, logLikelihoodRatio: -0.0213, leaning: .inconclusive)
    stability.variants[2] = .init(.resaved60, logLikelihoodRatio: -0.9316, leaning: .camera)
    stability.variants[3] = .init(.halfSize, reason: "the time ran out")
    stability.flips = true
    var conclusion = Conclusion(
      leaning: .inconclusive, probabilityGenerated: 0.9474, logLikelihoodRatio: 1.2553,
      prior: 0.5, words: "moderate support for a generated picture over one that no generator made",
      reason:
        "the picture is called a generated picture as received, and one that no generator made "
        + "when saved again at quality 60; an answer that so little turns round is none",
      families: ["real": 0.0526, "flux": 0.7, "midjourney": 0.2474], errorRate: errorRate())
    conclusion.stability = stability
    return Report(
      exhibit: exhibit("sent twice.jpg"),
      outcome: .success(examination(conclusion, findings: [], metadata: .init())),
      custody: custody, provenance: provenance)
  }()
}
