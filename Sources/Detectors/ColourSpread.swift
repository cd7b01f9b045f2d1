import ImageCodecs

/// How far a picture's colours stray from one shade for each brightness: 0 for gray pictures, little for
/// toned ones (sepia, cyanotype, duotone), tens for pictures in colour.
enum ColourSpread {
  /// Pictures with less are in shades of one colour. Measured on means of 4 × 4 pixels: gray and toned
  /// pictures, saved at quality 92, have 2.1 at most; 1 of 185 training and validation photographs that
  /// are not gray, and 7 of 287 generated pictures, have less (docs/one-colour.md).
  static let least = 2.5

  /// Side of the squares whose means are taken: single pixels have the noise of compression.
  private static let side = 4
  private static let shades = 32

  /// The root mean square distance of blue and red less brightness from their means at the same
  /// brightness, in levels.
  /// - Parameter picture: RGB.
  static func of(_ picture: PixelBuffer) -> Double {
    let columns = picture.width / side
    let rows = picture.height / side
    guard picture.channels == 3, columns > 0, rows > 0 else { return 0 }
    var counts = [Double](repeating: 0, count: shades)
    // For each shade: sums of both differences, and of their squares together.
    var blue = counts
    var red = counts
    var squares = counts
    picture.samples.withUnsafeBufferPointer { samples in
      for row in 0..<rows {
        for column in 0..<columns {
          var (r, g, b) = (0, 0, 0)
          for y in (row * side)..<(row * side + side) {
            for x in (column * side)..<(column * side + side) {
              let at = (y * picture.width + x) * 3
              r += Int(samples[at])
              g += Int(samples[at + 1])
              b += Int(samples[at + 2])
            }
          }
          let area = Double(side * side)
          let luma = (0.299 * Double(r) + 0.587 * Double(g) + 0.114 * Double(b)) / area
          let (u, v) = (Double(b) / area - luma, Double(r) / area - luma)
          let shade = min(shades - 1, max(0, Int(luma) * shades / 256))
          counts[shade] += 1
          blue[shade] += u
          red[shade] += v
          squares[shade] += u * u + v * v
        }
      }
    }
    var rest = 0.0
    for shade in 0..<shades where counts[shade] > 0 {
      rest +=
        squares[shade] - (blue[shade] * blue[shade] + red[shade] * red[shade]) / counts[shade]
    }
    return (max(0, rest) / Double(columns * rows)).squareRoot()
  }
}
