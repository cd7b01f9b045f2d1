import Foundation
import ImageCodecs
import Testing

@Suite(.serialized) struct LimitTests {
  /// A PNG of some fifty bytes that states 100000 × 100000 pixels.
  @Test func hugeHeaderIsRefusedAtOnce() throws {
    let file = PNGBuilder(width: 100_000, height: 100_000, depth: 8, color: 2).ended()
    #expect(file.count < 60)
    let before = peakMemory()
    let start = ContinuousClock.now
    let refused = try #require(failure(file))
    #expect(ContinuousClock.now - start < .milliseconds(50))
    #expect(peakMemory() - before < 10 << 20)
    #expect(refused.code == "limit.dimension")
    #expect(refused.message.contains("100000") && refused.message.contains("65500"))
    // No key of the configuration changes it.
    #expect(refused.mend?.contains("configuration") == false)
  }

  @Test(arguments: [(20_000, 20_000, "limit.pixels"), (8000, 8000, "limit.expansion")])
  func emptyPNG(width: Int, height: Int, code: String) {
    let file = PNGBuilder(width: width, height: height, depth: 8, color: 2).ended()
    #expect(failure(file)?.code == code)
  }

  @Test func smallLimitsHoldForEveryFormat() throws {
    var limits = DecodeLimits.standard
    limits.maxPixels = 99
    let picture = sample(width: 10, height: 10)
    for file in [
      try ImageEncoder.jpeg(picture, quality: 80), try ImageEncoder.png(picture),
      try ImageEncoder.webp(picture, quality: 80), try ImageEncoder.webp(picture, quality: nil),
    ] {
      #expect(failure(file, limits: limits)?.code == "limit.pixels")
      #expect(failure(file) == nil)
    }
    limits = .standard
    limits.maxDimension = 9
    #expect(failure(try ImageEncoder.png(picture), limits: limits)?.code == "limit.dimension")
    limits = .standard
    limits.maxMemory = 299
    #expect(failure(try ImageEncoder.png(picture), limits: limits)?.code == "limit.memory")
    #expect(
      failure(try ImageEncoder.png(picture), limits: limits)?.mend?.contains("memory_limit") == true
    )
  }

  @Test func ancillaryData() throws {
    var limits = DecodeLimits.standard
    limits.maxAncillaryBytes = 1000
    var builder = PNGBuilder(width: 1, height: 1, depth: 8, color: 0)
    builder.chunk("tEXt", [UInt8](repeating: 65, count: 2000))
    builder.data([0, 5])
    #expect(failure(builder.ended(), limits: limits)?.code == "limit.ancillary")
    limits = .standard
    limits.maxAncillaryChunk = 1000
    #expect(failure(builder.ended(), limits: limits)?.code == "limit.ancillary")
    var jpeg = try ImageEncoder.jpeg(sample(width: 8, height: 8), quality: 80)
    jpeg.insert(contentsOf: [0xFF, 0xFE, 0x07, 0xD2] + [UInt8](repeating: 65, count: 2000), at: 2)
    limits = .standard
    limits.maxAncillaryBytes = 1000
    #expect(failure(jpeg, limits: limits)?.code == "limit.ancillary")
    #expect(failure(jpeg) == nil)
  }

  @Test func scansAndProgressiveMemory() throws {
    let file = try ImageEncoder.jpeg(
      sample(width: 64, height: 64), quality: 80, progressive: true)
    var limits = DecodeLimits.standard
    limits.maxScans = 3
    #expect(failure(file, limits: limits)?.code == "limit.scans")
    limits = .standard
    limits.maxMemory = 64 * 64 * 3 + 1000
    #expect(failure(file, limits: limits)?.code == "limit.memory")
  }
}
