import CKernels
import ImageCodecs

/// The averaged power spectrum of the residual, as a picture for the report.
public enum ResidualSpectrum {
  /// The side of the picture in pixels.
  public static let side = 128

  /// A grey picture of 128 × 128: frequency 0 in the middle, the highest frequencies at the edge,
  /// brightness from the 1st to the 99.5th percentile of the log power, averaged over the views
  /// (in whatever order they come) and over 2 × 2 frequencies. `nil` without views.
  public static func averaged(_ views: [ViewAnalysis]) -> PixelBuffer? {
    guard !views.isEmpty else { return nil }
    let size = PowerSpectrum.columns * PowerSpectrum.side
    // Whole numbers, so that the sum does not depend on the order.
    var total = [Int64](repeating: 0, count: size)
    for view in views {
      view.logarithms.withUnsafeBufferPointer { logarithms in
        total.withUnsafeMutableBufferPointer { total in
          for index in 0..<size { total[index] += Int64(logarithms[index] * 65536) }
        }
      }
    }
    var pooled = [Int64](repeating: 0, count: side * side)
    for y in 0..<PowerSpectrum.side {
      for x in 0..<PowerSpectrum.side {
        let (u, v) = folded(x - side, y - side)
        pooled[(y / 2) * side + x / 2] += total[u * PowerSpectrum.side + v]
      }
    }
    // The content around frequency 0 would take all the brightness.
    var ranked = pooled
    let low = OrderStatistic.value(at: ranked.count / 100, of: &ranked)
    let high = max(low + 1, OrderStatistic.value(at: ranked.count * 199 / 200, of: &ranked))
    let samples = pooled.map { value in
      UInt8(min(255, max(0, (value - low) * 255 / (high - low))))
    }
    return PixelBuffer(width: side, height: side, channels: 1, samples: samples)
  }

  /// The place in the half spectrum of a signed pair of frequencies (−128…127).
  private static func folded(_ horizontal: Int, _ vertical: Int) -> (Int, Int) {
    let flip = horizontal < 0
    let u = flip ? -horizontal : horizontal
    let v = flip ? -vertical : vertical
    return (u, v & (PowerSpectrum.side - 1))
  }
}
