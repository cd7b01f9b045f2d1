import ForensicCore
import ImageCodecs

extension Ensemble {
  /// Examines one decoded picture. Never fails: what could not be said stands in the result.
  /// - Parameter pixels: the decoded picture, upright or as stored, 1 to 4 channels.
  /// - Parameter jpegQuality: measured from the file's tables, 1…100; `nil` where it has none.
  /// - Parameter soundRows: rows from the top that are the picture's own; the decoder filled in the
  ///   others. `nil` for all.
  /// - Parameter tiles: whether the picture is scored square by square as well.
  /// - Parameter occlusion: seconds that maps of what learned detectors' scores rest on may take; `nil`
  ///   for none of them.
  /// - Parameter stability: how long it may take to look whether the conclusion holds when the
  ///   picture is changed; `nil` to leave it out.
  /// - Parameter figures: whether figures are wanted; drawing them takes time.
  public func examine(
    _ pixels: PixelBuffer, jpegQuality: Int?, soundRows: Int? = nil, tiles: Bool = false,
    occlusion: Double? = nil, stability allowance: TimeAllowance? = nil,
    figures isDrawn: Bool = true
  ) -> EnsembleResult {
    let input = DetectorInput(pixels: pixels, jpegQuality: jpegQuality)
    let results = slots.map { Self.run($0, on: input) }
    let softmax = fuse(results, quality: jpegQuality, views: input.views.count)
    let damage = soundRows.flatMap {
      PictureFacts.Damage(soundRows: $0, rows: input.pixels.height)
    }
    let reason = description.limits.obstacle(
      to: PictureFacts(of: input, damage: damage), softmax: softmax,
      outlierShare: description.limits.outliers.flatMap { outlierShare(input, of: $0.detector) }
    )?.reason
    let prior = Familiarity.prior(description.families.count)
    let omissions = results.filter { !$0.ran }.map {
      Examination.Omission(what: "Detector \($0.name)", why: $0.reason ?? "It did not run.")
    }
    let conclusion = conclude(
      softmax.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil } ?? prior, quality: jpegQuality,
      reason: reason)
    let figures =
      isDrawn
      ? (spectrumFigures(of: input.analyses, conclusion: conclusion)
        + [ColourFigure.figure(of: input.pixels)]).filter(\.isFinite) : []
    let known = isDrawn ? Set(figures.map(\.id)) : [SpectrumFigure.id, ColourFigure.id]
    let rests =
      isDrawn
      ? occlusion.map { occlusionMaps(of: input, results, reason: reason, seconds: $0) } : nil
    let local = tiles ? tileScores(of: input, reason: reason) : .init()
    let tried = allowance.map {
      stability(of: input, ran: results.map(\.ran), conclusion: conclusion, allowance: $0)
    }
    return EnsembleResult(
      detectors: results.enumerated().map { place, result in
        var result = result
        if let figure = result.figure, !known.contains(figure) { result.figure = nil }
        if let map = rests?.maps[place] { result.figure = "map-\(map.id)" }
        return result
      },
      conclusion: tried?.stability.map(conclusion.tried) ?? conclusion,
      figures: figures,
      findings: local.findings,
      notExamined: omissions
        + [local.omission].compactMap { $0 }.map {
          .init(what: ExaminationMethod.tileScores.title, why: $0)
        }
        + [tried?.omission].compactMap { $0 }.map {
          .init(what: ExaminationMethod.stability.title, why: $0)
        }
        + (rests?.omissions ?? []).map { .init(what: ExaminationMethod.occlusion.title, why: $0) },
      maps: local.maps + (rests?.maps ?? [:]).sorted { $0.key < $1.key }.map(\.value))
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

  /// The meta-classifier's softmax; `nil` where no detector ran.
  private func fuse(_ results: [DetectorResult], quality: Int?, views: Int) -> [Double]? {
    let names = description.families.map(\.name.rawValue)
    guard results.contains(where: \.ran) else { return nil }
    let scores = results.map { result in
      result.scores.map { scores in names.map { scores[$0] ?? 0 } }
    }
    return meta.probabilities(scores: scores, quality: known(quality), views: views)
  }

  /// The quality that the meta-classifier is told.
  func known(_ quality: Int?) -> Int {
    min(max(quality ?? description.limits.assumedQuality, 1), 100)
  }

  /// `nil` where the detector cannot run here.
  private func outlierShare(_ input: DetectorInput, of name: String) -> Double? {
    slots.lazy.compactMap { slot -> FeatureDetector? in
      guard case .ready(let detector) = slot, detector.name == name else { return nil }
      return detector as? FeatureDetector
    }.first?.outlierShare(input)
  }
}
