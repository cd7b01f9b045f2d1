import ImageCodecs

/// The red, green and blue histograms of a whole picture, coarse enough to draw.
public struct ColourHistogram: Hashable, Sendable {
  /// Bins a channel; bin *b* counts samples 8 *b* … 8 *b* + 7.
  public static let bins = 32

  /// Pixels a bin, `bins` of them.
  public let red: [Int]
  public let green: [Int]
  public let blue: [Int]

  /// Counts every pixel, or an evenly spaced part of the rows of a picture of over a million
  /// pixels. A grey picture gives three equal histograms; alpha is left out.
  public init(of picture: PixelBuffer) {
    let step = max(1, picture.width * picture.height / 1_000_000)
    let second = picture.channels >= 3 ? 1 : 0
    let third = picture.channels >= 3 ? 2 : 0
    var counts = [Int](repeating: 0, count: 3 * Self.bins)
    counts.withUnsafeMutableBufferPointer { counts in
      picture.samples.withUnsafeBufferPointer { samples in
        for row in stride(from: 0, to: picture.height, by: step) {
          var pixel = row * picture.width * picture.channels
          for _ in 0..<picture.width {
            counts[Int(samples[pixel] >> 3)] += 1
            counts[Self.bins + Int(samples[pixel + second] >> 3)] += 1
            counts[2 * Self.bins + Int(samples[pixel + third] >> 3)] += 1
            pixel += picture.channels
          }
        }
      }
    }
    red = Array(counts[0..<Self.bins])
    green = Array(counts[Self.bins..<(2 * Self.bins)])
    blue = Array(counts[(2 * Self.bins)...])
  }

  /// The tallest bin of the three, at least 1: the scale of a drawing.
  public var peak: Int { max(1, (red + green + blue).max() ?? 1) }
}
