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
    var average = SpectrumAverage()
    for view in views { average.add(view) }
    return average.picture
  }

  static func picture(of pooled: [Int64]) -> PixelBuffer {
    // The content around frequency 0 would take all the brightness.
    var ranked = pooled
    let low = OrderStatistic.value(at: ranked.count / 100, of: &ranked)
    let high = max(low + 1, OrderStatistic.value(at: ranked.count * 199 / 200, of: &ranked))
    let samples = pooled.map { value in
      UInt8(min(255, max(0, (value - low) * 255 / (high - low))))
    }
    return PixelBuffer(width: side, height: side, channels: 1, samples: samples)
  }

  /// The sums of 2 × 2 frequencies, `side` × `side` of them; frequency 0 in the middle.
  fileprivate static func pooled(_ total: [Int64]) -> [Int64] {
    var pooled = [Int64](repeating: 0, count: side * side)
    for y in 0..<PowerSpectrum.side {
      for x in 0..<PowerSpectrum.side {
        let (u, v) = folded(x - side, y - side)
        pooled[(y / 2) * side + x / 2] += total[u * PowerSpectrum.side + v]
      }
    }
    return pooled
  }

  /// The place in the half spectrum of a signed pair of frequencies (−128…127).
  fileprivate static func folded(_ horizontal: Int, _ vertical: Int) -> (Int, Int) {
    let flip = horizontal < 0
    let u = flip ? -horizontal : horizontal
    let v = flip ? -vertical : vertical
    return (u, v & (PowerSpectrum.side - 1))
  }
}

/// The mean log power spectrum of the residuals of any number of views.
public struct SpectrumAverage: Hashable, Sendable {
  // Whole numbers, so that the sum does not depend on the order.
  private var total = [Int64](repeating: 0, count: PowerSpectrum.columns * PowerSpectrum.side)
  public private(set) var views = 0

  public init() {}

  public mutating func add(_ view: ViewAnalysis) {
    view.logarithms.withUnsafeBufferPointer { logarithms in
      total.withUnsafeMutableBufferPointer { total in
        for index in total.indices { total[index] += Int64(logarithms[index] * 65536) }
      }
    }
    views += 1
  }

  public mutating func add(_ other: SpectrumAverage) {
    for index in total.indices { total[index] += other.total[index] }
    views += other.views
  }

  /// As `ResidualSpectrum.averaged` draws it; `nil` without views.
  public var picture: PixelBuffer? {
    views > 0 ? ResidualSpectrum.picture(of: pooled) : nil
  }

  /// Sums over the views and 2 × 2 frequencies, in units of 2^−16.
  var pooled: [Int64] { ResidualSpectrum.pooled(total) }

  /// Mean log2 power by distance from frequency 0: `bands` rings of equal width up to half the
  /// sampling rate along an axis (what lies beyond, in the corners, is left out).
  public func radialProfile(bands: Int) -> [Double] {
    let half = ResidualSpectrum.side
    var sums = [Double](repeating: 0, count: bands)
    var counts = sums
    for y in -half..<half {
      for x in -half..<half {
        let radius = Double(x * x + y * y).squareRoot()
        guard radius < Double(half) else { continue }
        let (u, v) = ResidualSpectrum.folded(x, y)
        let band = Int(radius * Double(bands) / Double(half))
        sums[band] += Double(total[u * PowerSpectrum.side + v])
        counts[band] += 1
      }
    }
    let scale = 65536 * Double(max(views, 1))
    return zip(sums, counts).map { $0 / max($1, 1) / scale }
  }
}
