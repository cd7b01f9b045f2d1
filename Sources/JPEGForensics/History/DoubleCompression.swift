import ImageCodecs

/// Traces of an earlier saving as JPEG on the same block grid, and the quality of that saving.
///
/// For each frequency, every first step that a standard table holds there is weighed against "no
/// first saving" by likelihood (`StepLikelihood`). Under a first saving at quality Q all
/// frequencies agree on the steps of Q's table, so the logarithms of the ratios add up over the
/// frequencies; the best Q is the estimate and its sum the evidence.
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
  /// For each of `qualities`: the log-likelihood ratio over a single saving.
  public let evidenceByQuality: [Double]
  /// Blocks whose coefficients were counted.
  public let blocks: Int

  /// The evidence from which on a picture is said to have been saved twice.
  public static let threshold = 14.0

  public var isDetected: Bool { evidence >= Self.threshold }

  private let sizeRatios: [(position: Int, ratios: [Double])]

  public init(_ coefficients: JPEGCoefficients) {
    let histograms = CoefficientHistograms(coefficients)
    var sums = [Double](repeating: 0, count: Self.qualities.count)
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
        sums[slot] += gains[step] ?? 0
      }
    }
    let best = sums.indices.max { sums[$0] < sums[$1] } ?? 0
    evidence = sums[best]
    firstQuality = Self.qualities[best]
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
