import ForensicCore
import ImageCodecs

/// The histogram of a picture's three channels, as the report shows it.
enum ColourFigure {
  static let id = "colour-histogram"
  private static let bins = 64

  static func figure(of picture: PixelBuffer) -> Figure {
    var counts = [Int](repeating: 0, count: 3 * bins)
    picture.samples.withUnsafeBufferPointer { samples in
      counts.withUnsafeMutableBufferPointer { counts in
        for pixel in stride(from: 0, to: samples.count - 2, by: 3) {
          counts[Int(samples[pixel] >> 2)] += 1
          counts[bins + Int(samples[pixel + 1] >> 2)] += 1
          counts[2 * bins + Int(samples[pixel + 2] >> 2)] += 1
        }
      }
    }
    let total = Double(picture.width * picture.height)
    let series = ["red", "green", "blue"].enumerated().map { channel, name in
      Figure.Series(
        name: name,
        values: counts[(channel * bins)..<((channel + 1) * bins)].map { count in
          // Six decimals are more than the page can draw, and keep the report short.
          (Double(count) / total * 1e6).rounded() / 1e6
        })
    }
    return Figure(
      id: id, title: "Colour histogram",
      caption: """
        Share of all pixels in each of 64 steps of red, green and blue. Peaks at both ends are \
        clipped shadows and lights; combs of gaps come from tone curves applied to 8-bit files.
        """,
      content: .bars(
        lower: 0, upper: 256, series: series, xLabel: "level", yLabel: "share of pixels"))
  }
}
