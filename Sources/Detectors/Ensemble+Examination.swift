import ForensicCore
import ImageCodecs

extension Ensemble {
  /// Examines one decoded picture. Never fails: what could not be said stands in the result.
  /// - Parameter pixels: the decoded picture, upright or as stored, 1 to 4 channels.
  /// - Parameter jpegQuality: measured from the file's tables, 1…100; `nil` where it has none.
  /// - Parameter soundRows: rows from the top that are the picture's own; the decoder filled in the
  ///   others. `nil` for all.
  /// - Parameter tiles: whether the picture is scored square by square as well.
  /// - Parameter figures: whether figures are wanted; drawing them takes time.
  public func examine(
    _ pixels: PixelBuffer, jpegQuality: Int?, soundRows: Int? = nil, tiles: Bool = false,
    figures isDrawn: Bool = true
  ) -> EnsembleResult {
    let input = DetectorInput(pixels: pixels, jpegQuality: jpegQuality)
    let results = slots.map { Self.run($0, on: input) }
    let ran = results.contains(where: \.ran)
    let softmax = fuse(results, quality: jpegQuality, views: input.views.count)
    let isKnown = softmax.allSatisfy(\.isFinite)
    let reason = Self.firstReason([
      ran ? nil : "no detector of the bundle could run",
      isKnown ? nil : "weighing the detectors' scores gave a number that is not finite",
      damage(input, soundRows: soundRows),
      outsideLimits(input),
    ])
    let omissions = results.filter { !$0.ran }.map {
      Examination.Omission(what: "Detector \($0.name)", why: $0.reason ?? "It did not run.")
    }
    let figures =
      isDrawn
      ? [SpectrumFigure.figure(of: input.analyses), ColourFigure.figure(of: input.pixels)]
        .compactMap { $0 }.filter(\.isFinite) : []
    let known = isDrawn ? Set(figures.map(\.id)) : [SpectrumFigure.id, ColourFigure.id]
    let local = tiles ? tileScores(of: input, reason: reason) : .init()
    return EnsembleResult(
      detectors: results.map { result in
        var result = result
        if let figure = result.figure, !known.contains(figure) { result.figure = nil }
        return result
      },
      conclusion: conclude(
        isKnown ? softmax : Familiarity.prior(softmax.count), quality: jpegQuality, reason: reason),
      figures: figures,
      findings: local.findings,
      notExamined: omissions
        + [local.omission].compactMap { $0 }.map {
          .init(what: ExaminationMethod.tileScores.title, why: $0)
        }, maps: local.maps)
  }

  private static func run(_ slot: Slot, on input: DetectorInput) -> DetectorResult {
    switch slot {
    case .missing(let name, let summary, let reason):
      return DetectorResult(name: name, summary: summary, ran: false, reason: reason)
    case .ready(let detector):
      do throws(DetectorError) {
        let result = try detector.examine(input)
        // One such score would spoil the conclusion and make the whole report unwritable.
        guard result.scores?.values.allSatisfy(\.isFinite) ?? true else {
          throw DetectorError(reason: Examination.Omission.notFinite)
        }
        return result
      } catch {
        return DetectorResult(
          name: detector.name, summary: detector.summary, ran: false, reason: error.reason)
      }
    }
  }

  /// The meta-classifier's softmax; even odds where no detector ran.
  private func fuse(_ results: [DetectorResult], quality: Int?, views: Int) -> [Double] {
    let names = description.families.map(\.name.rawValue)
    guard results.contains(where: \.ran) else { return Familiarity.prior(names.count) }
    let scores = results.map { result in
      result.scores.map { scores in names.map { scores[$0] ?? 0 } }
    }
    return meta.probabilities(scores: scores, quality: known(quality), views: views)
  }

  /// The quality that the meta-classifier is told.
  func known(_ quality: Int?) -> Int {
    min(max(quality ?? description.limits.assumedQuality, 1), 100)
  }

  private static func firstReason(_ reasons: [String?]) -> String? {
    reasons.compactMap { $0 }.first
  }

  /// Why nothing may be concluded from a picture of which rows are lost: what the decoder puts in
  /// their place has no grain, and detectors would measure that. The last row of blocks is not
  /// counted: where only the end marker is missing, a decoder cannot vouch for it.
  private func damage(_ input: DetectorInput, soundRows: Int?) -> String? {
    guard let soundRows, soundRows < input.pixels.height - 16 else { return nil }
    return """
      the file is damaged: only \(soundRows) of the picture's \(input.pixels.height) rows were \
      read before the damage, and the rest is the decoder's filling
      """
  }

  /// Why nothing may be concluded from a picture unlike those the bundle was measured on.
  private func outsideLimits(_ input: DetectorInput) -> String? {
    let limits = description.limits
    let side = min(input.pixels.width, input.pixels.height)
    if side < limits.minimumSide {
      return """
        the picture's shorter side has \(side) \(side == 1 ? "pixel" : "pixels"); the detectors \
        were measured on pictures of at least \(limits.minimumSide)
        """
    }
    if let quality = input.jpegQuality, quality < limits.minimumQuality {
      return """
        the file's JPEG quality is \(quality); the detectors were measured down to \
        \(limits.minimumQuality)
        """
    }
    if input.deviation < limits.minimumDeviation {
      return "the picture is almost uniform, so there is nothing to measure in it"
    }
    if ColourSpread.of(input.bounded) < ColourSpread.least {
      return """
        the picture is gray or in shades of one colour; the detectors learnt from pictures in colour, \
        and take such ones for a camera's or a generator's by their colours alone
        """
    }
    if let outliers = limits.outliers, let share = outlierShare(input, of: outliers.detector),
      share > outliers.maximum
    {
      return """
        the picture is unlike all that the detectors were measured on: of \(outliers.detector)'s \
        statistics \(perThousand(share)) in 1000 lie far outside of what training pictures have; at \
        most \(perThousand(outliers.maximum)) may
        """
    }
    return nil
  }

  /// `nil` where the detector cannot run here.
  private func outlierShare(_ input: DetectorInput, of name: String) -> Double? {
    slots.lazy.compactMap { slot -> FeatureDetector? in
      guard case .ready(let detector) = slot, detector.name == name else { return nil }
      return detector as? FeatureDetector
    }.first?.outlierShare(input)
  }

  private func perThousand(_ share: Double) -> String {
    let tenths = Int((share * 10_000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
