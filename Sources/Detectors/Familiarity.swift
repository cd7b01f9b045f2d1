import Glibc

/// How far a detector is believed that only knows some sources.
package enum Familiarity {
  /// The power of the share: a picture that the gate is not sure of is a strange one. Chosen on
  /// validation pictures (docs/baseline-log.md, "Mixtures within a class").
  private static let sharpness = 16.0

  /// With less belief than this a detector abstains: a likelihood ratio of a million shrinks to
  /// 1.15, so that what is said is the prior.
  private static let leastBelief = 0.01

  /// How much of the evidence counts, 0…1, for the probability that the source is a known one.
  private static func belief(share: Double) -> Double { pow(share, sharpness) }

  /// Whether nothing is said of a picture.
  package static func abstains(share: Double) -> Bool { belief(share: share) < leastBelief }

  /// What is said where nothing is known: *real* as probable as all families together.
  package static func prior(_ families: Int) -> [Double] {
    [0.5] + [Double](repeating: 0.5 / Double(max(1, families - 1)), count: families - 1)
  }

  /// A softmax drawn towards the prior: the evidence (as log-likelihood ratios) times a power of
  /// `share`, the probability that the picture comes from a source like those known.
  package static func softened(_ softmax: [Double], share: Double) -> [Double] {
    let prior = prior(softmax.count)
    let belief = belief(share: share)
    let raw = zip(softmax, prior).map { value, prior in
      prior * exp(belief * log(max(value, MetaClassifier.floor) / prior))
    }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }

  /// The views' mean, softened by the views' mean of the gate's second class.
  package static func gated(_ mean: [Double], _ gate: BundleHead?, rows: [[Float]]) -> [Double] {
    share(gate, rows: rows).map { softened(mean, share: $0) } ?? mean
  }

  /// The views' mean of the gate's second class; `nil` where there is no gate or no view.
  package static func share(_ gate: BundleHead?, rows: [[Float]]) -> Double? {
    guard let gate, !rows.isEmpty else { return nil }
    return gate.probabilities(rows: rows).reduce(0) { $0 + $1[1] } / Double(rows.count)
  }
}
