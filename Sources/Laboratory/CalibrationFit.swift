import Classifiers
import Detectors
import Glibc

/// Calibration and thresholds, from pictures of the validation split alone, and of these from those that
/// examinations form a ratio for: others never get an answer.
package enum CalibrationFit {
  /// All tiers together, each class with the same weight in sum. The pictures are counted once,
  /// however many tiers they were seen in: as many as in the tier that has fewest.
  static func calibration(
    _ tiers: [ScoredPictures], method: CalibrationMethod = .platt, data: String
  ) throws(LaboratoryError) -> BundleDescription.Calibration {
    let (real, made) = (fewest(tiers, generated: false), fewest(tiers, generated: true))
    guard real > 0, made > 0 else {
      throw .emptyDataSet(
        "examinations form no ratio for any \(real > 0 ? "generated" : "camera") picture of the "
          + "validation split in one of the tiers")
    }
    let items = tiers.flatMap(\.items)
    let positive = items.map(\.entry.isGenerated)
    let generated = positive.count { $0 }
    // Weights that sum to the number of pictures, so that Platt's smoothing fits it.
    let pictures = Double(real + made)
    let weights = positive.map {
      pictures / 2 / Double($0 ? generated : items.count - generated)
    }
    let scores = items.map(\.logOdds)
    let platt = PlattScaling(fitting: scores, positive: positive, weights: weights)
    guard platt.a < 0, platt.a.isFinite, platt.b.isFinite else {
      throw .training("the scores do not tell the classes of the validation split apart")
    }
    var calibration = BundleDescription.Calibration(
      slope: -platt.a, intercept: -platt.b, realCount: real, generatedCount: made, data: data)
    switch method {
    case .platt: break
    case .temperature:
      let logits = ScoreMatrix(
        rows: scores.count, columns: 2, values: scores.flatMap { [0, $0] })
      let scaling = TemperatureScaling(
        fitting: logits, labels: positive.map { $0 ? 1 : 0 }, weights: weights)
      (calibration.slope, calibration.intercept) = (1 / scaling.temperature, 0)
    case .isotonic:
      calibration.knots = knots(
        IsotonicRegression(fitting: scores, positive: positive, weights: weights),
        bound: log(pictures + 1))
    }
    return calibration
  }

  /// How many pictures of a class the tier with fewest has.
  private static func fewest(_ tiers: [ScoredPictures], generated: Bool) -> Int {
    tiers.map { $0.count(generated: generated) }.min() ?? 0
  }

  /// The steps as log-odds, none beyond ± `bound`: a step of nothing but one class would be
  /// infinite.
  private static func knots(
    _ regression: IsotonicRegression, bound: Double
  ) -> [BundleDescription.Calibration.Knot] {
    zip(regression.scores, regression.probabilities).map { score, probability in
      let odds = log(max(probability, 1e-300) / max(1 - probability, 1e-300))
      return .init(score: score, logOdds: min(max(odds, -bound), bound))
    }
  }

  /// How strange a picture may be: as strange as 199 in 200 of the validation pictures within the other
  /// limits, tiers together; `nil` where no detector tells.
  static func outliers(_ tiers: [ScoredPictures]) -> BundleDescription.Outliers? {
    let others = BundleDescription.Limits.trained(outliers: nil)
    let shares = tiers.flatMap { $0.withRatio(within: others).items }
      .compactMap(\.outlierShare).sorted()
    guard !shares.isEmpty else { return nil }
    let place = Int((Double(shares.count) * 0.995).rounded(.up)) - 1
    return BundleDescription.Outliers(detector: DetectorHeads.judge, maximum: shares[place])
  }

  /// Whether so many pictures of a class can bear the promise that at most this share of others is
  /// called wrongly: of n pictures, a new one scores above them all once in n + 1 times.
  package static func bears(_ share: Double, pictures: Int) -> Bool {
    Double(pictures + 1) * share >= 1 - 1e-9
  }

  /// The lowest threshold for *generated* and the highest for *camera* that keep the rates of
  /// error in every tier. Between ratios of 1/2 and 2, where the verbal scale knows no support,
  /// nothing is ever concluded; nor is what too few pictures can promise nothing of: its threshold
  /// lies beyond every ratio.
  static func decision(
    _ tiers: [ScoredPictures], calibrator: Calibrator, falseAlarms: Double, misses: Double
  ) -> BundleDescription.Decision {
    var generated = log10(2.0)
    var camera = -log10(2.0)
    for tier in tiers {
      let ratios = tier.items.map { calibrator.logRatio(logOdds: $0.logOdds) }
      func sorted(_ wanted: Bool) -> [Double] {
        zip(tier.items, ratios).filter { $0.0.entry.isGenerated == wanted }.map(\.1).sorted()
      }
      generated = max(generated, bound(sorted(false).reversed(), share: falseAlarms))
      camera = min(camera, -bound(sorted(true).map { -$0 }, share: misses))
    }
    let alarms = Promise(
      share: falseAlarms, pictures: fewest(tiers, generated: false), name: "camera",
      call: "generated")
    let misses = Promise(
      share: misses, pictures: fewest(tiers, generated: true), name: "generated", call: "camera")
    if !alarms.isBorne { generated = max(generated, calibrator.upperBound.nextUp) }
    if !misses.isBorne { camera = min(camera, calibrator.lowerBound.nextDown) }
    return BundleDescription.Decision(
      generated: generated, camera: camera, rule: rule(alarms, misses))
  }

  /// What is promised of the pictures of one class.
  private struct Promise {
    var share: Double
    /// Pictures of the class in the validation split.
    var pictures: Int
    var name: String
    /// The other class, as which they may be taken.
    var call: String

    var isBorne: Bool { bears(share, pictures: pictures) }
  }

  private static func rule(_ alarms: Promise, _ misses: Promise) -> String {
    if alarms.isBorne && misses.isBorne {
      return """
        On the validation split, in every tier, at most \(percent(alarms.share)) of the camera \
        pictures are called generated and at most \(percent(misses.share)) of the generated ones \
        camera, each less one standard deviation of that count; between likelihood ratios of \
        1/2 and 2 nothing is concluded.
        """
    }
    return [alarms, misses].map { promise in
      promise.isBorne
        ? """
        On the validation split, in every tier, at most \(percent(promise.share)) of the \
        \(promise.name) pictures are called \(promise.call), less one standard deviation of that \
        count, and between likelihood ratios of 1/2 and 2 nothing is concluded.
        """
        : """
        Nothing is called \(promise.call): the \(promise.pictures) \(promise.name) pictures of the \
        validation split are too few to promise that at most \(percent(promise.share)) of others \
        would be.
        """
    }.joined(separator: " ")
  }

  /// The least threshold that at most this share of `descending` reaches, less one standard
  /// deviation of the count, so that the share holds on other pictures too.
  private static func bound(_ descending: some Collection<Double>, share: Double) -> Double {
    let expected = share * Double(descending.count)
    let allowed = max(0, Int(expected - (expected * (1 - share)).squareRoot()))
    guard let value = descending.dropFirst(allowed).first else { return -.infinity }
    return value.nextUp
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
