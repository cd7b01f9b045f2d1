import ForensicCore
import ImageCodecs

/// The histogram of a picture's three channels, as the report shows it.
enum ColourFigure {
  static let id = "colour-histogram"
  private static let bins = 64

  static func figure(of picture: PixelBuffer) -> Figure {
    // Two tables in turn: neighbouring pixels are often alike, and adding to a place that was
    // just written has to wait for it.
    var tables = [UInt32](repeating: 0, count: 2 * 3 * bins)
    picture.samples.withUnsafeBufferPointer { samples in
      tables.withUnsafeMutableBufferPointer { tables in
        var table = 0
        var next = 0
        while next + 2 < samples.count {
          tables[table + Int(samples[next] >> 2)] &+= 1
          tables[table + bins + Int(samples[next + 1] >> 2)] &+= 1
          tables[table + 2 * bins + Int(samples[next + 2] >> 2)] &+= 1
          table = 3 * bins - table
          next += 3
        }
      }
    }
    let counts = (0..<3 * bins).map { tables[$0] + tables[3 * bins + $0] }
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
