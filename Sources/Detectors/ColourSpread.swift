import ImageCodecs

/// How far a picture's colours stray from one shade for each brightness: 0 for gray pictures, little for
/// toned ones (sepia, cyanotype, duotone), tens for pictures in colour.
///
/// Squares of the picture are put in the order of their brightness. Neighbours in that order have the
/// same shade where brightness alone tells the shade, and differ where it does not; half the mean squared
/// difference is the variance around the shade (von Neumann, *Distribution of the ratio of the mean
/// square successive difference to the variance*, 1941).
package enum ColourSpread {
  /// Pictures with less are in shades of one colour. Toned ones, saved at quality 30 to 92, have 2.4 at
  /// most where highlights are not clipped; how many of the data set's have less stands in
  /// docs/one-colour.md.
  package static let least = 2.5

  /// Side of the squares: as wide as what JPEG makes one colour block of at half resolution, so that its
  /// errors hardly show in the means.
  private static let side = 16

  private struct Square {
    var brightness: Double
    /// Blue and red less brightness.
    var blue: Double
    var red: Double
  }

  /// The root mean square distance of blue and red less brightness from their shade, in levels.
  /// - Parameter picture: RGB.
  package static func of(_ picture: PixelBuffer) -> Double {
    let found = squares(picture)
    // Squares of one brightness stay in their order, so that the same picture gives the same number.
    let order = found.indices.sorted {
      (found[$0].brightness, $0) < (found[$1].brightness, $1)
    }
    guard order.count > 1 else { return 0 }
    var sum = 0.0
    for (one, next) in zip(order, order.dropFirst()) {
      let blue = found[next].blue - found[one].blue
      let red = found[next].red - found[one].red
      sum += blue * blue + red * red
    }
    return (sum / Double(2 * (order.count - 1))).squareRoot()
  }

  private static func squares(_ picture: PixelBuffer) -> [Square] {
    guard picture.channels == 3 else { return [] }
    var found = [Square]()
    picture.samples.withUnsafeBufferPointer { samples in
      for top in stride(from: 0, through: picture.height - side, by: side) {
        for left in stride(from: 0, through: picture.width - side, by: side) {
          var (r, g, b) = (0, 0, 0)
          for y in top..<(top + side) {
            for x in left..<(left + side) {
              let at = (y * picture.width + x) * 3
              r += Int(samples[at])
              g += Int(samples[at + 1])
              b += Int(samples[at + 2])
            }
          }
          let area = Double(side * side)
          let luma = (0.299 * Double(r) + 0.587 * Double(g) + 0.114 * Double(b)) / area
          found.append(
            Square(
              brightness: luma, blue: Double(b) / area - luma, red: Double(r) / area - luma))
        }
      }
    }
    return found
  }
}
