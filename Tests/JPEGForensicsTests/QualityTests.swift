import JPEGForensics
import Testing

@Suite struct QualityTests {
  @Test(arguments: 1...100) func exact(quality: Int) {
    for baseline in [true, false] {
      let found = JPEGQualityEstimator.estimate(
        luma: StandardTables.scaled(StandardTables.luma, quality: quality, baseline: baseline),
        chroma: [
          StandardTables.scaled(StandardTables.chroma, quality: quality, baseline: baseline)
        ])
      #expect(found.estimate == quality)
      #expect(found.standard)
      #expect(found.luma == quality)
      #expect(found.chroma == quality)
      #expect(found.distance == 0)
    }
  }
}
