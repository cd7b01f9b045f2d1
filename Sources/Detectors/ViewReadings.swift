/// What detectors see of several pictures of one view each, weighed together at the end, so that the
/// heads' weights are gone through once for all of them.
struct ViewReadings {
  /// Each in its place among the bundle's; `nil` for those that are not asked.
  let detectors: [FeatureDetector?]
  private var rows: [[[Float]]]
  private var qualities: [Int?] = []

  init(_ detectors: [FeatureDetector?]) {
    self.detectors = detectors
    rows = detectors.map { _ in [] }
  }

  /// - Parameter picture: with one view.
  mutating func add(_ picture: DetectorInput) {
    for (index, detector) in detectors.enumerated() {
      if let detector { rows[index] += picture.features(of: detector.extractor) }
    }
    qualities.append(picture.jpegQuality)
  }

  /// For each picture what the detectors say of it together, log10; not always finite.
  func logRatios(by ensemble: Ensemble) -> [Double] {
    let softmaxes = zip(detectors, rows).map { $0?.softmaxes($1) }
    let calibrator = Calibrator(ensemble.description.calibration)
    return qualities.indices.map { index in
      let softmax = ensemble.meta.probabilities(
        scores: softmaxes.map { $0?[index] }, quality: ensemble.known(qualities[index]), views: 1)
      return softmax.allSatisfy(\.isFinite)
        ? calibrator.logRatio(logOdds: Calibrator.logOdds(softmax)) : .nan
    }
  }
}
