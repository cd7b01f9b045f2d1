import ImageCodecs
import JPEGForensics
import Testing

@Suite struct QualityTests {
  private func luma(_ quality: Int, _ baseline: Bool = true) -> [Int] {
    StandardTables.scaled(StandardTables.luma, quality: quality, baseline: baseline)
  }

  private func chroma(_ quality: Int, _ baseline: Bool = true) -> [Int] {
    StandardTables.scaled(StandardTables.chroma, quality: quality, baseline: baseline)
  }

  @Test(arguments: 1...100, [true, false]) func exact(quality: Int, baseline: Bool) {
    for tables in 0...2 {
      let found = JPEGQualityEstimator.estimate(
        luma: luma(quality, baseline),
        chroma: Array(repeating: chroma(quality, baseline), count: tables))
      #expect(found.estimate == quality && found.luma == quality && found.standard)
      #expect(found.chroma == (tables == 0 ? nil : quality))
      #expect(found.distance == 0 && found.maker == nil)
    }
  }

  @Test(arguments: [(80, 60), (60, 80), (95, 10), (30, 100)])
  func lumaAndChromaApart(lumaQuality: Int, chromaQuality: Int) {
    let found = JPEGQualityEstimator.estimate(
      luma: luma(lumaQuality), chroma: [chroma(chromaQuality)])
    #expect(!found.standard)
    #expect(found.luma == lumaQuality && found.chroma == chromaQuality)
    #expect(found.distance > 0)
    #expect(
      (min(lumaQuality, chromaQuality)...max(lumaQuality, chromaQuality))
        .contains(found.estimate))
  }

  /// A single step changed by one is not standard, and the quality stays.
  @Test(arguments: [20, 50, 75, 90, 95]) func oneStepOff(quality: Int) {
    var table = luma(quality)
    table[63] += 1
    let found = JPEGQualityEstimator.estimate(luma: table, chroma: [chroma(quality)])
    #expect(!found.standard && found.estimate == quality)
    #expect(found.distance == 1.0 / 128)
  }

  @Test func scalesBetweenTheQualities() throws {
    let table = StandardTables.luma.map { max(1, Int((Double($0) * 0.138).rounded())) }
    let scale = try #require(AnnexKScale.fit(table, to: StandardTables.luma))
    #expect(scale.lower <= 13.8 && scale.upper >= 13.8 && scale.rounding == .nearest)
    let down = StandardTables.luma.map { max(1, Int(Double($0) * 0.125)) }
    #expect(AnnexKScale.fit(down, to: StandardTables.luma)?.rounding == .down)
    #expect(AnnexKScale.fit((1...64).map { $0 }, to: StandardTables.luma) == nil)
  }

  @Test func extremeTables() {
    for value in [0, 1, 255, 65535] {
      let table = [Int](repeating: value, count: 64)
      let found = JPEGQualityEstimator.estimate(luma: table, chroma: [table, table])
      #expect((1...100).contains(found.estimate))
    }
  }

  /// What our own encoder writes.
  @Test(arguments: [1, 24, 25, 50, 75, 95, 100]) func ownEncoder(quality: Int) throws {
    for channels in [1, 3] {
      let picture = PixelBuffer(
        width: 16, height: 16, channels: channels,
        samples: [UInt8](repeating: 90, count: 256 * channels))
      for subsampling in ImageEncoder.Subsampling.allCases {
        let info = try JPEGStructure.parse(
          try ImageEncoder.jpeg(picture, quality: quality, subsampling: subsampling))
        #expect(info.quality.estimate == quality && info.quality.standard)
        let names: [ImageEncoder.Subsampling: String] = [
          .s444: "4:4:4", .s422: "4:2:2", .s420: "4:2:0",
        ]
        #expect(info.subsampling == (channels == 1 ? "grayscale" : names[subsampling]))
      }
    }
  }
}
