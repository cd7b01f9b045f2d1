import ForensicCore

/// The conclusion as paragraphs to be copied: complete, with what it does not say.
struct QuotableWords {
  let report: Report
  let examination: Examination

  private var conclusion: Conclusion { examination.conclusion }
  private var words: ConclusionWords { ConclusionWords(conclusion: conclusion) }

  /// A few sentences for a fact-check.
  var short: String {
    // A quote that left the opposite out would be half the truth.
    let opposite = examination.declaration?.pixels == .disagree ? declared : nil
    return [result, ownError, opposite, "This does not prove who or what made the picture."]
      .compactMap { $0 }.joined(separator: " ")
  }

  /// A paragraph for a file: what was examined, how, with what result, error and limits.
  var long: String {
    let exhibit = report.exhibit
    let digest = exhibit.sha256.map { ", SHA-256 \($0.hex)" } ?? ""
    var parts = [
      "The file “\(exhibit.name)” (\(Words.bytes(exhibit.size))\(digest)) was "
        + "examined with forensicd \(report.provenance.version) and the model bundle "
        + "\(report.provenance.bundle)."
    ]
    if conclusion.hasRatio {
      parts.append(
        "Two propositions were compared: that a machine generated the picture, and that no "
          + "generator made it (\(ConclusionWords.noGenerator)).")
    }
    parts.append(result)
    if conclusion.leaning != .inconclusive {
      parts.append(
        "On the verbal scale of the ENFSI Guideline for Evaluative Reporting (2015) this is: "
          + "\(conclusion.words). The decimal logarithm of the likelihood ratio is "
          + "\(Digits.fixed(conclusion.logLikelihoodRatio, 2)); it is bounded by the number of "
          + "pictures it was calibrated on.")
    }
    parts += errors
    if let declared { parts.append(declared) }
    if conclusion.hasRatio, conclusion.errorRate != nil {
      parts.append("Pictures unlike those the rates were measured on may fare worse.")
    }
    parts.append(
      "The result does not prove who or what made the picture, and does not say that it was left "
        + "unaltered.")
    return parts.joined(separator: " ")
  }

  private var result: String {
    let reason = conclusion.reason.map { " \(sentence($0))" } ?? ""
    return "\(words.headline). \(words.comparison)"
      + (conclusion.leaning == .inconclusive ? reason : "")
  }

  private var rate: RateWords? {
    conclusion.errorRate.map { RateWords(rate: $0, quality: examination.jpeg?.quality.estimate) }
  }

  /// The error that this very conclusion could be; `nil` where no statement is made at all.
  private var ownError: String? {
    guard conclusion.hasRatio else { return nil }
    guard let rate else {
      return "How often such a statement is wrong for files like this one was not measured."
    }
    return switch conclusion.leaning {
    case .generated: rate.alarmSentence(at: rate.place)
    case .camera: rate.missSentence(at: rate.place)
    case .inconclusive: rate.openSentence(at: rate.place)
    }
  }

  /// Both error rates and what was left open, the own one first, with what they were measured on.
  private var errors: [String] {
    guard let ownError else { return [] }
    guard let rate else { return [ownError] }
    let others =
      switch conclusion.leaning {
      case .generated: [rate.missSentence(at: nil), rate.openSentence(at: nil)]
      case .camera: [rate.alarmSentence(at: nil), rate.openSentence(at: nil)]
      case .inconclusive: [rate.alarmSentence(at: nil), rate.missSentence(at: nil)]
      }
    return [ownError] + others + ["These rates are from \(RateWords.data).", rate.unseen]
  }

  private var declared: String? {
    guard let declaration = examination.declaration, let origin = declaration.origin else {
      return nil
    }
    let said =
      switch origin {
      case .generated: "By its own word, which anybody can write, the file is a generated picture"
      case .partlyGenerated:
        "By its own word, which anybody can write, the file is partly generated"
      case .camera: "By its own word, which anybody can write, the file comes from a camera"
      }
    switch declaration.pixels {
    case .agree: return said + "; the pixels speak for the same."
    case .disagree: return said + "; the pixels speak for the opposite."
    case .open, nil: return said + "."
    }
  }

  /// What could move the conclusion, the most telling first.
  var whatWouldChangeIt: [String] {
    var list = [String]()
    if conclusion.isTurned {
      list.append(
        "A copy that was changed less on its way: what the pixels of this one speak for turns "
          + "round when it is changed once more.")
    }
    if let quality = examination.jpeg?.quality.estimate, quality < 90 {
      list.append(
        "An earlier copy of the picture: this one was last saved at JPEG quality \(quality), and "
          + "each saving takes traces away.")
    }
    if min(examination.image.width, examination.image.height) < 512 {
      list.append("A larger copy: scaling down takes traces away.")
    }
    if conclusion.hasRatio, conclusion.errorRate == nil {
      list.append("Error rates measured on files like this one.")
    }
    let idle = examination.detectors.filter { !$0.ran }.map(\.name)
    if !idle.isEmpty {
      list.append("The detectors that did not run: " + idle.joined(separator: ", ") + ".")
    }
    if examination.declaration?.pixels == .disagree {
      list.append("An explanation why the file's declaration and its pixels speak for opposites.")
    }
    list.append(
      "Knowledge from outside the pixels: who published it first, other pictures of the same "
        + "scene, the camera's own file. It changes where one starts, and so where one ends.")
    list.append(
      "Models trained on the generator or the camera in question, if those used here never saw it.")
    return list
  }

  /// With a capital and a full stop.
  private func sentence(_ text: String) -> String {
    let closed = Words.closed(text)
    return closed.prefix(1).uppercased() + closed.dropFirst()
  }
}
