import ForensicCore
import ImageMetadata
import Testing

@Suite struct ThumbnailComparisonTests {
  /// A smooth picture with structure in both directions, different for each seed.
  private func picture(_ width: Int, _ height: Int, seed: UInt64) -> LumaGrid? {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    let knots = (0..<64).map { _ in 40 + 200 * random() }
    var values = [Float]()
    for row in 0..<height {
      for column in 0..<width {
        let y = Float(row) / Float(height) * 6.99
        let x = Float(column) / Float(width) * 6.99
        let at = Int(y) * 8 + Int(x)
        let (fy, fx) = (y - y.rounded(.down), x - x.rounded(.down))
        let upper = knots[at] * (1 - fx) + knots[at + 1] * fx
        let lower = knots[at + 8] * (1 - fx) + knots[at + 9] * fx
        values.append(upper * (1 - fy) + lower * fy)
      }
    }
    return LumaGrid(width: width, height: height, values: values)
  }

  private func turned(_ grid: LumaGrid) -> LumaGrid? {
    var values = [Float]()
    for row in 0..<grid.width {
      for column in 0..<grid.height {
        values.append(grid.values[(grid.height - 1 - column) * grid.width + row])
      }
    }
    return LumaGrid(width: grid.height, height: grid.width, values: values)
  }

  private func padded(_ grid: LumaGrid, rows: Int) -> LumaGrid? {
    let bar = [Float](repeating: 2, count: grid.width * rows)
    return LumaGrid(
      width: grid.width, height: grid.height + 2 * rows, values: bar + grid.values + bar)
  }

  @Test func ownPreviewMatches() throws {
    let comparison = ThumbnailComparison.compare(
      picture: try #require(picture(160, 120, seed: 1)),
      thumbnail: try #require(picture(80, 60, seed: 1)))
    #expect(comparison.correlation > 0.99)
    #expect(comparison.isAsStored)
    #expect(comparison.findings.map(\.code) == ["exif.thumbnail.match"])
  }

  @Test func barsAreLeftOut() throws {
    let thumbnail = try #require(picture(160, 90, seed: 2).flatMap { padded($0, rows: 15) })
    let comparison = ThumbnailComparison.compare(
      picture: try #require(picture(192, 108, seed: 2)), thumbnail: thumbnail)
    #expect(comparison.hadBars)
    #expect(comparison.correlation > 0.97)
    #expect(comparison.findings.map(\.weight) == [.information])
  }

  /// A picture of 3 : 2 in a preview of 4 : 3, whose first and last rows are dark too: bars seem
  /// wider than they are. A picture of 16 : 9 behind the same preview is another shape all the same.
  @Test(arguments: [(162, 108, Finding.Weight.information), (192, 108, .notable)])
  func barsMayEndInTheDark(width: Int, height: Int, weight: Finding.Weight) throws {
    let whole = try #require(picture(160, 106, seed: 2))
    let values = whole.values.enumerated().map { [0, 105].contains($0 / 160) ? 5 : $1 }
    let preview = try #require(LumaGrid(width: 160, height: 106, values: values))
    let comparison = ThumbnailComparison.compare(
      picture: try #require(picture(width, height, seed: 2)),
      thumbnail: try #require(padded(preview, rows: 7)))
    #expect(comparison.hadBars && comparison.correlation > 0.97)
    #expect(comparison.findings.map(\.weight) == [weight])
  }

  @Test func aTurnedPictureIsNoticed() throws {
    let thumbnail = try #require(picture(80, 60, seed: 3))
    let comparison = ThumbnailComparison.compare(
      picture: try #require(picture(160, 120, seed: 3).flatMap(turned)), thumbnail: thumbnail)
    #expect(comparison.quarterTurns == 1)
    #expect(!comparison.isMirrored)
    #expect(comparison.findings.map(\.weight) == [.notable])
  }

  @Test func aStretchedPictureIsNoticed() throws {
    let comparison = ThumbnailComparison.compare(
      picture: try #require(picture(160, 100, seed: 4)),
      thumbnail: try #require(picture(80, 60, seed: 4)))
    #expect(comparison.findings.map(\.code) == ["exif.thumbnail.mismatch"])
    #expect(comparison.findings.map(\.weight) == [.notable])
  }

  @Test(arguments: 10..<30) func anotherPictureContradicts(seed: UInt64) throws {
    let comparison = ThumbnailComparison.compare(
      picture: try #require(picture(160, 120, seed: seed)),
      thumbnail: try #require(picture(80, 60, seed: seed + 100)))
    #expect(comparison.findings.map(\.weight) == [.contradiction])
  }

  @Test func evenPicturesAreNotCompared() throws {
    let even = try #require(
      LumaGrid(width: 20, height: 20, values: [Float](repeating: 90, count: 400)))
    let comparison = ThumbnailComparison.compare(
      picture: even, thumbnail: try #require(picture(80, 60, seed: 5)))
    #expect(comparison.isFeatureless)
    #expect(comparison.findings.isEmpty)
  }

  @Test(arguments: [(1, 1), (1, 90), (200, 1), (3, 2), (15, 17)])
  func anySizeWorks(width: Int, height: Int) throws {
    let grid = try #require(picture(width, height, seed: 6))
    let other = try #require(picture(40, 30, seed: 6))
    _ = ThumbnailComparison.compare(picture: grid, thumbnail: other)
    _ = ThumbnailComparison.compare(picture: other, thumbnail: grid)
    let black = try #require(
      LumaGrid(
        width: width, height: height, values: [Float](repeating: 0, count: width * height)))
    _ = ThumbnailComparison.compare(picture: black, thumbnail: black)
  }

  @Test func lumaIsWeightedAndAveraged() throws {
    let grid = try #require(
      LumaGrid(
        width: 2, height: 1, channels: 3, samples: [255, 0, 0, 0, 255, 0], longestSide: 2))
    #expect(grid.values == [76.245, 149.685])
    let small = try #require(
      LumaGrid(width: 4, height: 2, channels: 1, samples: Array(0..<8), longestSide: 2))
    #expect(small.width == 2)
    #expect(small.values == [2.5, 4.5])
    #expect(LumaGrid(width: 2, height: 2, channels: 3, samples: [1], longestSide: 2) == nil)
    #expect(LumaGrid(width: 2, height: 2, values: [1, 2, 3]) == nil)
    #expect(LumaGrid(width: 0, height: 0, values: []) == nil)
  }
}
