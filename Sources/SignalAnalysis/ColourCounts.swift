import CKernels
import ImageCodecs

/// What is counted in the colours of one view; all sums are integers, so nothing depends on order.
package struct ColourCounts: Sendable {
  package private(set) var histograms = [UInt32](
    repeating: 0, count: 256 * Int(FK_COLOUR_CHANNELS.rawValue))
  package private(set) var rgbCells = [UInt32](repeating: 0, count: 4096)
  package private(set) var chromaCells = [UInt32](repeating: 0, count: 4096)
  package private(set) var gradientSums = [Int64](repeating: 0, count: 6)
  package private(set) var gradientProducts = [Int64](repeating: 0, count: 36)
  private static let area = Float(ViewPlanes.area)

  package init(of view: PixelBuffer, _ planes: ViewPlanes) {
    _ = planes.withSamples(of: .luma) { planes in
      fk_colour_histograms(view.samples, planes, &histograms, &rgbCells, &chromaCells)
      fk_gradient_products(view.samples, planes, &gradientSums, &gradientProducts)
    }
  }

  /// Square roots of the shares of 16 bins of 16 values each.
  package func shares(of channel: Int) -> [Float] {
    (0..<16).map { bin in
      let start = channel * 256 + bin * 16
      return (Float(histograms[start..<(start + 16)].reduce(0, +)) / Self.area).squareRoot()
    }
  }

  /// Square roots of the shares of 8 × 8 cells of (Cb, Cr), each 16 wide, over 64…191; what lies
  /// outside falls into the outermost cells.
  package var chromaShares: [Float] {
    var cells = [UInt32](repeating: 0, count: 64)
    for (cell, count) in chromaCells.enumerated() {
      let blue = min(7, max(0, (cell >> 6) / 4 - 4))
      let red = min(7, max(0, (cell & 63) / 4 - 4))
      cells[blue * 8 + red] += count
    }
    return cells.map { (Float($0) / Self.area).squareRoot() }
  }

  /// Mean and standard deviation (in units of 255), skewness and the fourth root of kurtosis.
  package func moments(of channel: Int) -> [Float] {
    var sum = 0.0
    for value in 0..<256 { sum += Double(value) * Double(histograms[channel * 256 + value]) }
    let mean = sum / Double(ViewPlanes.area)
    var second = 0.0
    var third = 0.0
    var fourth = 0.0
    for value in 0..<256 {
      let offset = Double(value) - mean
      let square = offset * offset
      let count = Double(histograms[channel * 256 + value])
      second += count * square
      third += count * square * offset
      fourth += count * square * square
    }
    let area = Double(ViewPlanes.area)
    // One level squared keeps flat views finite.
    let variance = second / area + 1
    return [
      Float(mean / 255), Float(variance.squareRoot() / 255),
      Float(third / area / (variance * variance.squareRoot())),
      Float((fourth / area / (variance * variance)).squareRoot().squareRoot()),
    ]
  }

  /// Shares of pixels whose brightest sample is 255 or at least 250, whose darkest is 0 or at
  /// most 5, which are fully saturated or nearly grey.
  package var extremes: [Float] {
    [
      share(FK_VALUE, 255...255), share(FK_VALUE, 250...255), share(FK_LEAST, 0...0),
      share(FK_LEAST, 0...5), share(FK_SATURATION, 250...255), share(FK_RANGE, 0...7),
    ]
  }

  /// The share of the 4096 cells of RGB, and of those of (Cb, Cr), that hold any pixel, as square
  /// roots.
  package var occupancy: [Float] {
    [rgbCells, chromaCells].map { cells in
      (Float(cells.count { $0 > 0 }) / 4096).squareRoot()
    }
  }

  /// Correlation of the horizontal differences of two of R, G, B, Y, Cb, Cr; 0 where one is flat.
  package func correlation(_ a: Int, _ b: Int) -> Float {
    let product = Double(gradientProducts[min(a, b) * 6 + max(a, b)])
    let scale = Double(gradientProducts[a * 7]) * Double(gradientProducts[b * 7])
    return Float(product / (scale + 1).squareRoot())
  }

  /// For each of R, G, B, Y, Cb, Cr: log2 of the mean square and of the mean size of its
  /// horizontal differences.
  package var activities: [Float] {
    let count = Float(ViewPlanes.side * (ViewPlanes.side - 1))
    var logarithms = (0..<6).flatMap { channel in
      [
        Float(gradientProducts[channel * 7]) / count + 0.01,
        Float(gradientSums[channel]) / count + 0.01,
      ]
    }
    fk_log2(&logarithms, Int32(logarithms.count))
    return logarithms
  }

  private func share(_ channel: fk_colour_channel, _ values: ClosedRange<Int>) -> Float {
    let start = Int(channel.rawValue) * 256
    let counts = histograms[(start + values.lowerBound)...(start + values.upperBound)]
    return Float(counts.reduce(0, +)) / Self.area
  }
}
