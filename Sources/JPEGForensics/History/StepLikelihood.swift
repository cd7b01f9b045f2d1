import CKernels
import Glibc

/// How well a first quantisation step explains one frequency's histogram.
///
/// A coefficient that was saved once is spread smoothly over the steps of that saving. One that
/// was saved twice lay, before the second rounding, near a multiple of the first step, displaced a
/// little by the rounding of pixels in between; the second rounding then leaves peaks and gaps
/// whose places give the first step away (Popescu and Farid, 2004; Lin et al., 2009; Bianchi and
/// Piva, 2012). Under either hypothesis the smooth density behind is fitted by maximum likelihood,
/// given that the coefficient is not zero and within bounds.
struct StepLikelihood {
  /// Standard deviation of what rounding pixels to whole levels, and colours with them, adds to a
  /// coefficient, in units of the coefficient.
  static let roundingNoise = 0.5

  /// The fit under one hypothesis.
  struct Fit {
    var logLikelihood: Double
    /// P(size | 1…bound); index 0 is size 1.
    var probabilities: [Double]
    var weights: [Double]
    /// The smooth density behind, at every size.
    fileprivate var density: [Double]

    fileprivate func withStart<Result>(_ body: (hk_start) -> Result) -> Result {
      weights.withUnsafeBufferPointer { weights in
        density.withUnsafeBufferPointer { density in
          body(hk_start(weights: weights.baseAddress, density: density.baseAddress))
        }
      }
    }
  }

  private let counts: [Int32]
  private let step: Int
  private let density: SmoothDensity
  /// A Laplacian, where every fit may begin.
  private let start: Fit
  /// Without a first saving.
  private(set) var single: Fit

  /// - Parameter counts: index 0 counts ±1; at most `HK_BINS`.
  /// - Parameter step: of the file's own quantisation; times the count of `counts` at most
  ///   `CoefficientHistograms.reach`, where there are more than two.
  init(counts: [Int], step: Int) {
    self.counts = counts.map { Int32(clamping: $0) }
    self.step = step
    // A coefficient of the largest size may have come from half a large first step beyond it.
    density = SmoothDensity(reach: (counts.count + 1) * step + 72)
    precondition(counts.count <= HK_BINS && density.reach <= HK_MOST_REACH)
    let sum = counts.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
    let total = max(1, counts.reduce(0, +))
    let weights = density.laplacian(mean: Double(sum * step) / Double(total))
    start = Fit(
      logLikelihood: -.infinity, probabilities: [Double](repeating: 0, count: counts.count),
      weights: weights, density: density.values(weights: weights))
    single = start
    single = climb(from: [start], first: 0, rounds: 30)
  }

  /// The fit under a first saving with this step. `nearby` is a fit that may be a good start.
  func fit(first: Int, nearby: Fit? = nil) -> Fit {
    climb(from: [start, single] + (nearby.map { [$0] } ?? []), first: first, rounds: 8)
  }

  /// Fisher scoring from the best of one to three starts.
  private func climb(from starts: [Fit], first: Int, rounds: Int32) -> Fit {
    var fit = Fit(
      logLikelihood: 0, probabilities: [Double](repeating: 0, count: counts.count),
      weights: [0, 0, 0], density: [Double](repeating: 0, count: density.reach + 1))
    let (one, two, three) = (starts[0], starts[min(1, starts.count - 1)], starts[starts.count - 1])
    fit.logLikelihood = withFrequency(first: first) { frequency in
      one.withStart { one in
        two.withStart { two in
          three.withStart { three in
            hk_fit(
              &frequency, [one, two, three], Int32(starts.count), rounds, &fit.weights,
              &fit.density, &fit.probabilities)
          }
        }
      }
    }
    return fit
  }

  private func withFrequency<Result>(first: Int, _ body: (inout hk_frequency) -> Result) -> Result {
    density.basis.withUnsafeBufferPointer { basis in
      density.slopes.withUnsafeBufferPointer { slopes in
        counts.withUnsafeBufferPointer { counts in
          Self.noise.withUnsafeBufferPointer { noise in
            var frequency = hk_frequency(
              basis: basis.baseAddress, slopes: slopes.baseAddress, reach: Int32(density.reach),
              counts: counts.baseAddress, bound: Int32(counts.count), step: Int32(clamping: step),
              first: Int32(clamping: first), noise: noise.baseAddress)
            return body(&frequency)
          }
        }
      }
    }
  }

  /// The normal distribution function of the rounding noise at half units −8…8.
  private static let noise: [Double] = (-8...8).map {
    0.5 * erfc(-Double($0) / 2 / roundingNoise / 2.0.squareRoot())
  }
}
