import ForensicCore
import JPEGForensics
import SignalAnalysis

extension Ensemble {
  /// What the detectors with hand-made features say of one square after the other, each weighed
  /// and calibrated as a picture of its own size would be. What they see of the picture at half its
  /// size is the same in all squares.
  /// - Parameter reason: why nothing may be concluded from the picture.
  func tileScores(of input: DetectorInput, reason: String?) -> CompressionHistory.Outcome {
    let (width, height) = (input.bounded.width, input.bounded.height)
    if let reason { return .init(omission: "Not applicable: \(reason).") }
    guard min(width, height) >= ViewSampler.side,
      max(width, height) >= TileGrid.shortestLength
    else {
      return .init(
        omission: "Not applicable: squares of \(ViewSampler.side) pixels are scored, and the "
          + "picture's sides are not \(ViewSampler.side) and \(TileGrid.shortestLength) or more.")
    }
    let grid = TileGrid(width: width, height: height)
    guard let ratios = tileRatios(input, grid) else {
      return .init(omission: "Not applicable: no detector with hand-made features could run.")
    }
    guard ratios.allSatisfy(\.isFinite) else {
      return .init(omission: Examination.Omission.notFinite)
    }
    let bound = Calibrator(description.calibration).upperBound
    let map = CompressionHistory.TraceMap(
      method: .tileScores, title: "Scores square by square",
      caption: "What the detectors say of squares of \(ViewSampler.side) pixels alone; where "
        + "squares overlap, their mean. Parts that look like a camera's, or like nothing, are left "
        + "as they are. Weak evidence: single squares are wrong far more often than the picture as "
        + "a whole.",
      unit: "log10 LR, generated over camera",
      map: grid.map(ratios, width: input.pixels.width, height: input.pixels.height),
      scale: 0...Float(bound))
    return .init(findings: [finding(ratios)], maps: [map])
  }

  /// log10 of each square's likelihood ratio; 0 for flat ones.
  private func tileRatios(_ input: DetectorInput, _ grid: TileGrid) -> [Double]? {
    let detectors = handMadeDetectors
    guard detectors.contains(where: { $0 != nil }) else { return nil }
    let squares = grid.rectangles
    return stride(from: 0, to: squares.count, by: TileGrid.most).flatMap { start in
      ratios(
        of: squares[start..<min(start + TileGrid.most, squares.count)], in: input, by: detectors)
    }
  }

  /// The detectors with hand-made features that are ready, each in its place among all.
  var handMadeDetectors: [FeatureDetector?] {
    slots.map { slot in
      guard case .ready(let detector as FeatureDetector) = slot,
        DetectorKind.named(detector.name) != nil
      else { return nil }
      return detector
    }
  }

  /// Squares are measured one after the other, so that no more than one is held in memory, and weighed
  /// together, so that the heads' weights are gone through once for all of them.
  private func ratios(
    of squares: ArraySlice<ViewRectangle>, in input: DetectorInput, by detectors: [FeatureDetector?]
  ) -> [Double] {
    var rows = detectors.map { _ in [[Float]]() }
    let isTextured = squares.map { rectangle in
      let square = DetectorInput(input, rectangles: [rectangle])
      guard square.deviation >= description.limits.minimumDeviation else { return false }
      for (index, detector) in detectors.enumerated() {
        if let detector { rows[index] += square.features(of: detector.extractor) }
      }
      return true
    }
    let softmaxes = zip(detectors, rows).map { $0?.softmaxes($1) }
    let calibrator = Calibrator(description.calibration)
    var row = 0
    return isTextured.map { isTextured in
      guard isTextured else { return 0 }
      let softmax = meta.probabilities(
        scores: softmaxes.map { $0?[row] }, quality: known(input.jpegQuality), views: 1)
      row += 1
      return calibrator.logRatio(logOdds: Calibrator.logOdds(softmax))
    }
  }

  private func finding(_ ratios: [Double]) -> Finding {
    let decision = description.decision
    let generated = ratios.count { $0 >= decision.generated }
    let camera = ratios.count { $0 <= decision.camera }
    let sorted = ratios.sorted()
    func shown(_ value: Double) -> String { HistoryWords.fixed(value, 2) }
    return Finding(
      code: "detectors.tiles",
      method:
        "The bundle's hand-made detectors on overlapping squares of \(ViewSampler.side) pixels",
      summary: "Of \(ratios.count) squares of the picture looked at alone, \(generated) resemble "
        + "generated pictures, \(camera) camera pictures and "
        + "\(ratios.count - generated - camera) neither.",
      parameters: [
        "side": String(ViewSampler.side), "generatedFrom": shown(decision.generated),
        "cameraTo": shown(decision.camera),
      ],
      result: [
        "squares": String(ratios.count), "generated": String(generated), "camera": String(camera),
        "least": shown(sorted.first ?? 0), "median": shown(sorted[sorted.count / 2]),
        "greatest": shown(sorted.last ?? 0),
      ],
      figure: "map-tile-scores",
      limits: "A map of scores is weak evidence: a square holds little, what it shows sways its "
        + "score, and borders are no sharper than a square. docs/localisation.md has what it found "
        + "where the generated part was known, and how often it divides pictures of one piece.")
  }
}
