import Glibc

/// From the meta-classifier's softmax to a likelihood ratio and calibrated family probabilities.
public struct Calibrator: Hashable, Sendable {
  public let calibration: BundleDescription.Calibration

  /// The prior of *generated* at which probabilities are stated.
  public static let prior = 0.5

  public init(_ calibration: BundleDescription.Calibration) { self.calibration = calibration }

  /// The natural log-odds of *generated* in a softmax whose first entry is `real`.
  public static func logOdds(_ softmax: [Double]) -> Double {
    let real = min(max(softmax.first ?? 1, 1e-9), 1 - 1e-9)
    return log((1 - real) / real)
  }

  /// log10 of the likelihood ratio.
  ///
  /// Bounded: with n camera pictures in the calibration, none of which scored as high, the rate
  /// of such scores among camera pictures cannot be put below 1 / (n + 1), so no ratio above
  /// n + 1 is claimed for *generated*; likewise for *camera* with the generated pictures.
  public func logRatio(logOdds: Double) -> Double {
    let calibrated = calibrated(logOdds) / log(10)
    return min(max(calibrated, lowerBound), upperBound)
  }

  /// The greatest ratio that is claimed, log10.
  package var upperBound: Double { log10(Double(calibration.realCount + 1)) }

  /// The least ratio that is claimed, log10.
  package var lowerBound: Double { -log10(Double(calibration.generatedCount + 1)) }

  private func calibrated(_ logOdds: Double) -> Double {
    guard let knots = calibration.knots, let first = knots.first, let last = knots.last else {
      return calibration.slope * logOdds + calibration.intercept
    }
    guard let place = knots.firstIndex(where: { $0.score >= logOdds }) else { return last.logOdds }
    guard place > 0 else { return first.logOdds }
    let (low, high) = (knots[place - 1], knots[place])
    let share = (logOdds - low.score) / (high.score - low.score)
    return low.logOdds + share * (high.logOdds - low.logOdds)
  }

  /// P(generated) at the prior.
  public static func probability(logRatio: Double) -> Double {
    1 / (1 + (1 - prior) / prior * pow(10, -logRatio))
  }

  /// The softmax with the calibrated P(generated): the families share it in their proportions.
  public static func spread(_ softmax: [Double], probabilityGenerated: Double) -> [Double] {
    guard softmax.count > 1 else { return softmax.map { _ in 1 } }
    let generated = softmax.dropFirst().reduce(0, +)
    let even = probabilityGenerated / Double(softmax.count - 1)
    return [1 - probabilityGenerated]
      + softmax.dropFirst().map { generated > 0 ? $0 / generated * probabilityGenerated : even }
  }
}
