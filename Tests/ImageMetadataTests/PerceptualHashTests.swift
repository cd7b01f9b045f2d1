import ImageMetadata
import Testing

@Suite struct PerceptualHashTests {
  /// A gray picture of 8 × 8 patches; `scale` makes it larger without changing what it shows.
  private static func hash(seed: Int, scale: Int) -> UInt64? {
    let side = 64 * scale
    var samples = [UInt8]()
    for y in 0..<side {
      for x in 0..<side {
        let patch = y / (8 * scale) * 8 + x / (8 * scale)
        samples.append(UInt8((patch * patch * 37 + patch * seed * 101) % 251))
      }
    }
    return PerceptualHash.of(samples, width: side, height: side, channels: 1)
      .flatMap { UInt64($0, radix: 16) }
  }

  @Test func `a larger copy lies near, another picture does not`() throws {
    let hash = try #require(Self.hash(seed: 1, scale: 1))
    let copy = try #require(Self.hash(seed: 1, scale: 3))
    let other = try #require(Self.hash(seed: 2, scale: 1))
    #expect((hash ^ copy).nonzeroBitCount <= 4)
    #expect((hash ^ other).nonzeroBitCount > 12)
  }

  @Test func `an even picture has none, nor have too few samples`() {
    let even = [UInt8](repeating: 90, count: 48 * 48 * 3)
    #expect(PerceptualHash.of(even, width: 48, height: 48, channels: 3) == nil)
    #expect(PerceptualHash.of([1, 2, 3], width: 48, height: 48, channels: 3) == nil)
  }
}
