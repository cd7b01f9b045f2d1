/// Why no likelihood ratio is formed for a picture.
package enum Obstacle: Hashable, Sendable {
  case noDetector
  /// The fused softmax is no number.
  case notFinite
  case damaged(PictureFacts.Damage)
  case small(side: Int, least: Int)
  case lowQuality(Int, least: Int)
  case uniform
  case oneColour
  /// The share of the named detector's features that lie far out, and the greatest allowed.
  case strange(detector: String, share: Double, most: Double)

  /// One or two words for tables.
  package var name: String {
    switch self {
    case .noDetector: "no detector"
    case .notFinite: "not finite"
    case .damaged: "damaged"
    case .small: "too small"
    case .lowQuality: "low quality"
    case .uniform: "almost uniform"
    case .oneColour: "one colour"
    case .strange: "strange"
    }
  }

  /// In words, for a report.
  var reason: String {
    switch self {
    case .noDetector: "no detector of the bundle could run"
    case .notFinite: "weighing the detectors' scores gave a number that is not finite"
    case .damaged(let damage):
      // What the decoder puts in their place has no grain, and detectors would measure that.
      """
      the file is damaged: only \(damage.soundRows) of the picture's \(damage.rows) rows were \
      read before the damage, and the rest is the decoder's filling
      """
    case .small(let side, let least):
      """
      the picture's shorter side has \(side) \(side == 1 ? "pixel" : "pixels"); the detectors \
      were measured on pictures of at least \(least)
      """
    case .lowQuality(let quality, let least):
      """
      the file's JPEG quality is \(quality); the detectors were measured down to \
      \(least)
      """
    case .uniform: "the picture is almost uniform, so there is nothing to measure in it"
    case .oneColour:
      """
      the picture is gray or in shades of one colour; the detectors learnt from pictures in colour, \
      and take such ones for a camera's or a generator's by their colours alone
      """
    case .strange(let detector, let share, let most):
      """
      the picture is unlike all that the detectors were measured on: of \(detector)'s \
      statistics \(Self.perThousand(share)) in 1000 lie far outside of what training pictures have; \
      at most \(Self.perThousand(most)) may
      """
    }
  }

  private static func perThousand(_ share: Double) -> String {
    let tenths = Int((share * 10_000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension BundleDescription.Limits {
  /// Why no likelihood ratio is formed for a picture; `nil` where one is. Examinations, measurements and
  /// the choice of thresholds all ask here.
  /// - Parameter softmax: what the detectors say together; `nil` where none ran.
  /// - Parameter outlierShare: of the features of the detector that `outliers` names; `nil` where it did
  ///   not run.
  package func obstacle(
    to picture: PictureFacts, softmax: [Double]?, outlierShare: Double?
  ) -> Obstacle? {
    guard let softmax else { return .noDetector }
    guard softmax.allSatisfy(\.isFinite) else { return .notFinite }
    if let damage = picture.damage { return .damaged(damage) }
    if let obstacle = unmeasured(picture) { return obstacle }
    if Double(picture.colourSpread) < ColourSpread.least { return .oneColour }
    if let outliers, let outlierShare, outlierShare > outliers.maximum {
      return .strange(detector: outliers.detector, share: outlierShare, most: outliers.maximum)
    }
    return nil
  }

  /// The same for the size, quality and flatness of a picture alone.
  package func unmeasured(_ picture: PictureFacts) -> Obstacle? {
    if picture.shorterSide < minimumSide {
      return .small(side: picture.shorterSide, least: minimumSide)
    }
    if let quality = picture.jpegQuality, quality < minimumQuality {
      return .lowQuality(quality, least: minimumQuality)
    }
    return Double(picture.deviation) < minimumDeviation ? .uniform : nil
  }
}
