import ImageCodecs

/// Traces of an earlier saving as JPEG on the same block grid, and the quality of that saving.
///
/// For each frequency, every first step that a standard table holds there is weighed against "no
/// first saving" by likelihood (`StepLikelihood`). Under a first saving at quality Q all
/// frequencies agree on the steps of Q's table, so the logarithms of the ratios add up over the
/// frequencies; the best Q is the estimate and its sum the evidence.
///
/// A histogram that the smooth density does not fit, as pictures that were made smaller have, can
/// speak for a first step that never was; but then other frequencies speak against its table. So what
/// speaks against the best Q counts manifold (docs/scaled-jpeg.md).
public struct DoubleCompression: Sendable {
  /// The qualities that are weighed for the first saving.
  public static let qualities = Array(30...98)
  /// A frequency with fewer non-zero coefficients says nothing.
  static let fewest = 40
  /// A picture with fewer blocks says nothing.
  static let fewestBlocks = 64
  /// Blocks around each that its map is averaged over, to each side.
  static let mapRadius = 2

  /// Log-likelihood ratio (natural) of the best first quality over a single saving.
  public let evidence: Double
  /// The best first quality, on the standard scale.
  public let firstQuality: Int
  /// What the frequencies that speak against that quality take from the evidence, 0 or more.
  public let opposition: Double
  /// For each of `qualities`: the log-likelihood ratio over a single saving.
  public let evidenceByQuality: [Double]
  /// Blocks whose coefficients were counted.
  public let blocks: Int

  /// The evidence from which on a picture is said to have been saved twice.
  public static let threshold = 14.0

  /// How many times what speaks against the quality counts: chosen on pictures of 20 cameras.
  static let oppositionWeight = 2.0
  /// The same for a first quality near the last one: its steps are one off the file's own, which
  /// moves a histogram only so slowly that an ill fit is like it.
  static let nearOppositionWeight = 10.0
  /// Qualities that differ by no more are near.
  static let near = 5

  public var isDetected: Bool {
    let weight =
      abs(firstQuality - lastQuality) <= Self.near
      ? Self.nearOppositionWeight : Self.oppositionWeight
    // The evidence holds the opposition once.
    return evidence - (weight - 1) * opposition >= Self.threshold
  }

  /// The quality whose standard table is nearest to the file's own.
  private let lastQuality: Int
  private let sizeRatios: [(position: Int, ratios: [Double])]

  public init(_ coefficients: JPEGCoefficients) {
    let histograms = CoefficientHistograms(coefficients)
    var sums = [Double](repeating: 0, count: Self.qualities.count)
    var against = sums
    var fits = [(position: Int, likelihood: StepLikelihood)]()
    for (index, position) in CoefficientHistograms.frequencies.enumerated() {
      let counts = histograms.counts[index]
      guard counts.reduce(0, +) >= Self.fewest, counts.count > 2 else { continue }
      let likelihood = StepLikelihood(counts: counts, step: coefficients.steps[position])
      fits.append((position, likelihood))
      // Of a first saving with the last one's own step nothing is left to see.
      var gains = [1: 0.0]
      gains[coefficients.steps[position]] = 0
      var nearby: StepLikelihood.Fit?
      // From fine to coarse, so that each fit starts from one that is like it.
      for (slot, step) in Self.standardSteps[position].enumerated().reversed() {
        if gains[step] == nil {
          let fit = likelihood.fit(first: step, nearby: nearby)
          gains[step] = fit.logLikelihood - likelihood.single.logLikelihood
          nearby = fit
        }
        let gain = gains[step] ?? 0
        sums[slot] += gain
        against[slot] += max(0, -gain)
      }
    }
    let best = sums.indices.max { sums[$0] < sums[$1] } ?? 0
    evidence = sums[best]
    firstQuality = Self.qualities[best]
    opposition = against[best]
    lastQuality = Self.nearestQuality(coefficients.steps)
    evidenceByQuality = sums
    blocks = histograms.blocks
    sizeRatios = fits.compactMap { position, likelihood in
      let step = Self.standardSteps[position][best]
      guard step > 1 else { return nil }
      let twice = likelihood.fit(first: step).probabilities
      let once = likelihood.single.probabilities
      return (position, zip(twice, once).map { ($0 / $1).logarithm })
    }
  }

  /// Position → first step at each of `qualities`.
  private static let standardSteps: [[Int]] = {
    let tables = qualities.map {
      StandardTables.scaled(StandardTables.luma, quality: $0, baseline: true)
    }
    return (0..<64).map { position in tables.map { $0[position] } }
  }()

  private static func nearestQuality(_ steps: [Int]) -> Int {
    let distances = qualities.indices.map { slot in
      CoefficientHistograms.frequencies.reduce(0) {
        $0 + abs(standardSteps[$1][slot] - steps[$1])
      }
    }
    let best = distances.indices.min { distances[$0] < distances[$1] } ?? 0
    return qualities[best]
  }

  /// For each block, how much more its coefficients speak for two savings than for one (natural
  /// logarithm; negative: for one). Blocks that were put in after the first saving stand out.
  public func blockEvidence(_ coefficients: JPEGCoefficients) -> [Double] {
    coefficients.values.withUnsafeBufferPointer { values in
      (0..<coefficients.blockCount).map { block in
        var sum = 0.0
        for (position, ratios) in sizeRatios {
          let size = Int(values[block * 64 + position].magnitude)
          if size > 0, size <= ratios.count { sum += ratios[size - 1] }
        }
        return sum
      }
    }
  }
}
