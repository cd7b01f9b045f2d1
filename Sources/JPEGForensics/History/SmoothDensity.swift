import CKernels
import Glibc

/// A smooth density over the sizes of one frequency's coefficients before any rounding: the
/// exponential of a weighted sum of the size, its root and its logarithm, which spans Laplacian,
/// generalised Gaussian and heavier tails (Lam and Goodman, 2000, survey what pictures give).
struct SmoothDensity {
  /// Whole sizes 0 … `reach`.
  let reach: Int
  /// Three basis functions, one after another, each scaled to −1…0.
  let basis: [Double]
  /// The same size by size, a one before each three: the density's derivatives by the weights and
  /// its own factor.
  let slopes: [Double]

  init(reach: Int) {
    self.reach = reach
    let top = Double(reach)
    var basis = [Double]()
    basis.reserveCapacity(3 * (reach + 1))
    for size in 0...reach { basis.append(-(Double(size) / top).squareRoot()) }
    for size in 0...reach { basis.append(-Double(size) / top) }
    for size in 0...reach { basis.append(-log1p(Double(size)) / log1p(top)) }
    self.basis = basis
    let count = reach + 1
    slopes = (0..<(4 * count)).map { $0 % 4 == 0 ? 1 : basis[($0 % 4 - 1) * count + $0 / 4] }
  }

  /// The density at every size.
  func values(weights: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: reach + 1) { target, filled in
      hk_density(basis, Int32(reach), weights, target.baseAddress)
      filled = reach + 1
    }
  }

  /// The weights of a Laplacian whose sizes have this mean.
  func laplacian(mean: Double) -> [Double] { [0, Double(reach) / max(mean, 0.5), 0] }
}

extension Double {
  /// The natural logarithm.
  var logarithm: Double { log(self) }
}
