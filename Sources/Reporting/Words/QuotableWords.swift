import ForensicCore

/// The conclusion as paragraphs to be copied: complete, with what it does not say.
struct QuotableWords {
  let report: Report
  let examination: Examination

  private var conclusion: Conclusion { examination.conclusion }
  private var words: ConclusionWords { ConclusionWords(conclusion: conclusion) }

  /// Two or three sentences for a fact-check.
  var short: String {
    [result, error, "This does not prove who or what made the picture."].compactMap { $0 }
      .joined(separator: " ")
  }

  /// A paragraph for a file: what was examined, how, with what result, error and limits.
  var long: String {
    let exhibit = report.exhibit
    var parts = [
      "The file “\(exhibit.name)” (\(Words.bytes(exhibit.size)), SHA-256 \(exhibit.sha256.hex)) was "
        + "examined with forensicd \(report.provenance.version) and the model bundle "
        + "\(report.provenance.bundle).",
      "Two propositions were compared: that a machine generated the picture, and that a camera took "
        + "it.",
      result,
    ]
    if conclusion.leaning != .inconclusive {
      parts.append(
        "On the verbal scale of the ENFSI Guideline for Evaluative Reporting (2015) this is: "
          + "\(conclusion.words). The decimal logarithm of the likelihood ratio is "
          + "\(Digits.fixed(conclusion.logLikelihoodRatio, 2)); it is bounded by the number of "
          + "pictures it was calibrated on.")
    }
    if let error { parts.append(error) }
    if let rate = conclusion.errorRate {
      parts.append(
        "Both rates were measured on \(Digits.grouped(rate.realCount)) camera pictures and "
          + "\(Digits.grouped(rate.generatedCount)) generated ones (\(rate.data)).")
    }
    if let declared { parts.append(declared) }
    parts.append(
      "Pictures unlike those the rates were measured on may fare worse. The result does not prove "
        + "who or what made the picture, and does not say that it was left unaltered.")
    return parts.joined(separator: " ")
  }

  private var result: String {
    switch conclusion.leaning {
    case .generated, .camera: "\(words.headline). \(words.comparison)"
    case .inconclusive: "\(words.headline)." + (conclusion.reason.map { " \(sentence($0))" } ?? "")
    }
  }

  /// The error that this very conclusion could be.
  private var error: String? {
    guard let rate = conclusion.errorRate else {
      return "How often such a statement is wrong for files like this one was not measured."
    }
    let quality = examination.jpeg.map { " at JPEG quality \($0.quality.estimate)" } ?? ""
    switch conclusion.leaning {
    case .generated:
      return "Of 100 camera pictures measured under these conditions\(quality), "
        + "\(Frequency.counted(rate.falseAlarms)) were wrongly called generated."
    case .camera:
      return "Of 100 generated pictures measured under these conditions\(quality), "
        + "\(Frequency.counted(rate.misses)) were wrongly called camera."
    case .inconclusive:
      return "Of 100 pictures measured under these conditions\(quality), "
        + "\(Frequency.counted(rate.inconclusive)) were left open."
    }
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
    if let quality = examination.jpeg?.quality.estimate, quality < 90 {
      list.append(
        "An earlier copy of the picture: this one was last saved at JPEG quality \(quality), and "
          + "each saving takes traces away.")
    }
    if min(examination.image.width, examination.image.height) < 512 {
      list.append("A larger copy: scaling down takes traces away.")
    }
    if conclusion.errorRate == nil {
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
    let closed = text.hasSuffix(".") ? text : text + "."
    return closed.prefix(1).uppercased() + closed.dropFirst()
  }
}
