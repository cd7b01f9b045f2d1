import ImageCodecs
import Testing

@Suite struct GeometryTests {
  /// A picture of 3 × 2 pixels, a…f row by row, as the eight orientations show it.
  @Test(arguments: [
    (1, 3, "abcdef"), (2, 3, "cbafed"), (3, 3, "fedcba"), (4, 3, "defabc"), (5, 2, "adbecf"),
    (6, 2, "daebfc"), (7, 2, "fcebda"), (8, 2, "cfbead"), (0, 3, "abcdef"), (9, 3, "abcdef"),
  ])
  func orientation(value: Int, width: Int, expected: String) {
    for channels in 1...4 {
      let picture = PixelBuffer(
        width: 3, height: 2, channels: channels,
        samples: "abcdef".utf8.flatMap { [UInt8](repeating: $0, count: channels) })
      let turned = picture.oriented(exif: value)
      #expect(turned.width == width && turned.height == 6 / width)
      #expect(
        turned.samples == expected.utf8.flatMap { [UInt8](repeating: $0, count: channels) })
    }
  }

  @Test func smallPicturesStay() {
    let picture = sample(width: 10, height: 5)
    #expect(ImageScaler.areaAverage(picture, maxSide: 10) == picture)
  }

  @Test(arguments: [(101, 67, 40), (64, 64, 32), (300, 2, 7), (1, 500, 3), (33, 31, 32)])
  func areaAverage(width: Int, height: Int, side: Int) {
    for channels in 1...4 {
      let picture = sample(width: width, height: height, channels: channels)
      let scaled = ImageScaler.areaAverage(picture, maxSide: side)
      #expect(max(scaled.width, scaled.height) == side)
      for y in 0..<scaled.height {
        for x in 0..<scaled.width {
          for channel in 0..<channels {
            let expected = mean(picture, scaled.width, scaled.height, x, y, channel)
            let found = Double(scaled.samples[(y * scaled.width + x) * channels + channel])
            // Edges are weighted in 1/256, and the result is rounded.
            #expect(abs(found - expected) < 1.2)
          }
        }
      }
    }
  }

  /// The mean over an output cell's area, sample by sample in floating point.
  private func mean(
    _ picture: PixelBuffer, _ width: Int, _ height: Int, _ x: Int, _ y: Int, _ channel: Int
  ) -> Double {
    func shares(_ index: Int, _ input: Int, _ output: Int) -> [(Int, Double)] {
      let start = Double(index * input) / Double(output)
      let end = Double((index + 1) * input) / Double(output)
      return (Int(start)..<input).compactMap { cell in
        let share = min(end, Double(cell + 1)) - max(start, Double(cell))
        return share > 0 ? (cell, share) : nil
      }
    }
    var sum = 0.0
    var weight = 0.0
    for (row, vertical) in shares(y, picture.height, height) {
      for (column, horizontal) in shares(x, picture.width, width) {
        let value = picture.samples[(row * picture.width + column) * picture.channels + channel]
        sum += Double(value) * vertical * horizontal
        weight += vertical * horizontal
      }
    }
    return sum / weight
  }
}
