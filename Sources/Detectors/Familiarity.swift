import Glibc

/// How far a detector is believed that only knows some sources.
package enum Familiarity {
  /// The power of the share: a picture that the gate is not sure of is a strange one. Chosen on
  /// validation pictures (docs/baseline-log.md, "Mixtures within a class").
  private static let sharpness = 16.0

  /// What is said where nothing is known: *real* as probable as all families together.
  package static func prior(_ families: Int) -> [Double] {
    [0.5] + [Double](repeating: 0.5 / Double(max(1, families - 1)), count: families - 1)
  }

  /// A softmax drawn towards the prior: the evidence (as log-likelihood ratios) times a power of
  /// `share`, the probability that the picture comes from a source like those known.
  package static func softened(_ softmax: [Double], share: Double) -> [Double] {
    let prior = prior(softmax.count)
    let belief = pow(share, sharpness)
    let raw = zip(softmax, prior).map { value, prior in
      prior * exp(belief * log(max(value, MetaClassifier.floor) / prior))
    }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }

  /// The views' mean, softened by the views' mean of the gate's second class.
  package static func gated(_ mean: [Double], _ gate: BundleHead?, rows: [[Float]]) -> [Double] {
    guard let gate, !rows.isEmpty else { return mean }
    let share = gate.probabilities(rows: rows).reduce(0) { $0 + $1[1] } / Double(rows.count)
    return softened(mean, share: share)
  }
}
