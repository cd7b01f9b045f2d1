import CTransformerKernels
import Glibc

/// Weights of one pass of a resampling, for a run of output samples: Pillow's, to the bit
/// (`libImaging/Resample.c`, Pillow 12 and before).
package struct ResampleKernel {
  /// For each output sample, the input samples it is a mean of.
  let taps: [ct_taps]
  /// `size` a sample, normalised.
  let weights: [Double]
  let size: Int

  /// - Parameters:
  ///   - window: the output samples that are wanted, out of `output`.
  package init(
    input: Int, output: Int, window: Range<Int>, filter: PreprocessingRecipe.Interpolation
  ) {
    let scale = Double(input) / Double(output)
    let widening = max(scale, 1)
    let support = filter.support * widening
    size = Int(support.rounded(.up)) * 2 + 1
    var taps: [ct_taps] = []
    var weights = [Double](repeating: 0, count: window.count * size)
    for (index, sample) in window.enumerated() {
      let centre = (Double(sample) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let end = min(input, Int(centre + support + 0.5))
      var total = 0.0
      for tap in first..<max(first, end) {
        let weight = filter.weight((Double(tap) - centre + 0.5) * (1 / widening))
        weights[index * size + tap - first] = weight
        total += weight
      }
      if total != 0 {
        for tap in 0..<(end - first) { weights[index * size + tap] /= total }
      }
      taps.append(ct_taps(first: UInt32(first), count: UInt32(max(0, end - first))))
    }
    self.taps = taps
    self.weights = weights
  }

  /// The weights in units of 2⁻²², rounded half away from zero.
  var fixed: [Int32] {
    weights.map { Int32($0 < 0 ? -0.5 + $0 * 0x1p22 : 0.5 + $0 * 0x1p22) }
  }

  /// The first input sample and the fixed-point weights of an output sample.
  package func sample(_ index: Int) -> (first: Int, weights: [Int]) {
    let count = Int(taps[index].count)
    return (
      Int(taps[index].first), fixed[index * size..<index * size + count].map(Int.init)
    )
  }

  /// The input samples that any output sample needs.
  var span: Range<Int> {
    let first = taps.map { Int($0.first) }.min() ?? 0
    return first..<(taps.map { Int($0.first + $0.count) }.max() ?? first)
  }
}

extension PreprocessingRecipe.Interpolation {
  /// Reach of the filter at scale 1.
  var support: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The filter at distance `x`; the bicubic has a = -0.5.
  func weight(_ x: Double) -> Double {
    switch self {
    case .nearest: return 0
    case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - abs(x))
    case .hamming:
      let x = abs(x)
      if x == 0 { return 1 }
      return x < 1 ? sin(x * .pi) / (x * .pi) * (0.54 + 0.46 * cos(x * .pi)) : 0
    case .bicubic:
      let x = abs(x)
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    case .lanczos:
      func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }
}
