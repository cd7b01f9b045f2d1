import ForensicCore

extension Declaration {
  /// Lays the declaration beside what the pixels say, and reports where the two disagree.
  /// Neither is corrected by the other.
  public mutating func compare(with conclusion: Conclusion) -> [Finding] {
    guard let origin else { return [] }
    switch (origin, conclusion.leaning) {
    case (.generated, .generated), (.camera, .camera): pixels = .agree
    case (.generated, .camera), (.camera, .generated): pixels = .disagree
    default: pixels = .open
    }
    guard pixels == .disagree else { return [] }
    let isGenerated = origin == .generated
    var result = [
      "declared": isGenerated ? "generated" : "camera", "pixels": conclusion.leaning.rawValue,
      "log10 likelihood ratio": "\((conclusion.logLikelihoodRatio * 100).rounded() / 100)",
    ]
    result["declared family"] = family
    return [
      Finding(
        code: "origin.disagrees", method: "Comparison of the declarations with the conclusion",
        summary: isGenerated
          ? "The file declares a generated picture, while its pixels speak for a camera."
          : "The file names a camera and its exposure, while its pixels speak for a generator.",
        weight: .notable, result: result,
        limits: "Either can be wrong: declarations can be written and copied at will, and the "
          + "detectors err as often as the conclusion's error rate says.")
    ]
  }
}
