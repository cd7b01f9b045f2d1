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
  }

  let counts: [Int32]
  private let step: Int
  private let density: SmoothDensity
  private let start: Start
  private var scratch: [Double]
  /// Without a first saving.
  private(set) var single = Fit(logLikelihood: 0, probabilities: [], weights: [], density: [])

  /// Where a fit may begin: weights and their density, which is the same for every first step.
  private typealias Start = (weights: [Double], density: [Double])

  /// - Parameter counts: index 0 counts ±1.
  /// - Parameter step: of the file's own quantisation.
  init(counts: [Int], step: Int) {
    self.counts = counts.map { Int32(clamping: $0) }
    self.step = step
    // A coefficient of the largest size may have come from half a large first step beyond it.
    density = SmoothDensity(reach: (counts.count + 1) * step + 72)
    scratch = [Double](repeating: 0, count: Int(hk_scratch(Int32(counts.count))))
    let sum = counts.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
    let total = max(1, counts.reduce(0, +))
    let weights = density.laplacian(mean: Double(sum * step) / Double(total))
    start = (weights, density.values(weights: weights))
    single = fit(first: 0, from: [start], rounds: 30)
  }

  /// The fit under a first saving with this step. `nearby` is a fit that may be a good start.
  mutating func fit(first: Int, nearby: Fit? = nil) -> Fit {
    let fits = nearby.map { [single, $0] } ?? [single]
    return fit(first: first, from: [start] + fits.map { ($0.weights, $0.density) }, rounds: 8)
  }

  /// Fisher scoring from the best of several starts, damped as Levenberg and Marquardt do.
  private mutating func fit(first: Int, from starts: [Start], rounds: Int) -> Fit {
    var gradient = [0.0, 0.0, 0.0]
    var information = [Double](repeating: 0, count: 9)
    var nextGradient = gradient
    var nextInformation = information
    var best = Fit(
      logLikelihood: -.infinity, probabilities: [], weights: starts[0].weights,
      density: starts[0].density)
    for start in starts {
      let next = predict(first, start, &nextGradient, &nextInformation)
      if next.logLikelihood > best.logLikelihood {
        best = next
        swap(&gradient, &nextGradient)
        swap(&information, &nextInformation)
      }
    }
    var damping = 1e-3
    for _ in 0..<rounds {
      guard let change = Self.solve(information, gradient, damping: damping) else { break }
      let weights = [
        best.weights[0] + change[0], best.weights[1] + change[1], best.weights[2] + change[2],
      ]
      let start = (weights, density.values(weights: weights))
      let next = predict(first, start, &nextGradient, &nextInformation)
      let gain = next.logLikelihood - best.logLikelihood
      if gain > 0 {
        best = next
        swap(&gradient, &nextGradient)
        swap(&information, &nextInformation)
        damping = max(damping / 10, 1e-6)
        if gain < 0.05 { break }
      } else {
        damping *= 8
        if damping > 1e3 { break }
      }
    }
    return best
  }

  private mutating func predict(
    _ first: Int, _ start: Start, _ gradient: inout [Double], _ information: inout [Double]
  ) -> Fit {
    var probabilities = [Double](repeating: 0, count: counts.count)
    let bound = Int32(counts.count)
    let step = Int32(clamping: step)
    let reach = Int32(density.reach)
    let logLikelihood = density.slopes.withUnsafeBufferPointer { slopes in
      counts.withUnsafeBufferPointer { counts in
        Self.noise.withUnsafeBufferPointer { noise in
          var frequency = hk_frequency(
            slopes: slopes.baseAddress, reach: reach, counts: counts.baseAddress, bound: bound,
            step: step, first: Int32(clamping: first), noise: noise.baseAddress)
          return hk_predict(
            &frequency, start.density, &scratch, &probabilities, &gradient, &information)
        }
      }
    }
    return Fit(
      logLikelihood: logLikelihood, probabilities: probabilities, weights: start.weights,
      density: start.density)
  }

  /// The normal distribution function of the rounding noise at half units −8…8.
  private static let noise: [Double] = (-8...8).map {
    0.5 * erfc(-Double($0) / 2 / roundingNoise / 2.0.squareRoot())
  }

  /// Solves a symmetric 3 × 3 system, its diagonal raised by a share; `nil` where it is singular.
  private static func solve(
    _ matrix: [Double], _ right: [Double], damping: Double
  ) -> [Double]? {
    let trace = matrix[0] + matrix[4] + matrix[8]
    guard trace > 0, trace.isFinite else { return nil }
    let a = matrix[0] * (1 + damping) + 1e-12 * trace
    let d = matrix[4] * (1 + damping) + 1e-12 * trace
    let f = matrix[8] * (1 + damping) + 1e-12 * trace
    let (b, c, e) = (matrix[1], matrix[2], matrix[5])
    // Cramer's rule; the matrix is symmetric: a b c / b d e / c e f.
    let first = d * f - e * e
    let second = c * e - b * f
    let third = b * e - c * d
    let determinant = a * first + b * second + c * third
    guard abs(determinant) > 1e-300, determinant.isFinite else { return nil }
    let (x, y, z) = (right[0], right[1], right[2])
    return [
      (first * x + second * y + third * z) / determinant,
      (second * x + (a * f - c * c) * y + (b * c - a * e) * z) / determinant,
      (third * x + (b * c - a * e) * y + (a * d - b * b) * z) / determinant,
    ]
  }
}
