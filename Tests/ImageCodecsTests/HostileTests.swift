import Foundation
import ImageCodecs
import Testing

@Suite(.serialized) struct HostileTests {
  /// Every broken file: a picture or a typed failure, soon and in little memory.
  @Test(.enabled(if: Place.fixturesExist, "no fixtures")) func malformedFixtures() throws {
    let files = Place.files("malformed")
    #expect(files.count >= 400)
    var decoded = 0
    for url in files {
      let bytes = try Place.bytes(url)
      let before = peakMemory()
      let start = ContinuousClock.now
      do {
        let image = try ImageDecoder.decode(bytes)
        decoded += 1
        #expect(image.pixels.channels == 3)
        #expect(image.soundRows >= 0 && image.soundRows <= image.pixels.height)
      } catch {
        #expect(error.code.hasPrefix("format.") || error.code.hasPrefix("limit."))
        #expect(!error.message.isEmpty)
      }
      #expect(ContinuousClock.now - start < .seconds(5), "\(url.lastPathComponent)")
      #expect(peakMemory() - before < 128 << 20, "\(url.lastPathComponent)")
    }
    #expect(decoded > 250)
  }

  static let seeds: [[UInt8]] = {
    let picture = sample(width: 40, height: 30)
    let gray = sample(width: 40, height: 30, channels: 1)
    return [
      try? ImageEncoder.jpeg(picture, quality: 60),
      try? ImageEncoder.jpeg(picture, quality: 60, progressive: true),
      try? ImageEncoder.jpeg(gray, quality: 60, restartInterval: 2),
      try? ImageEncoder.png(picture),
      try? ImageEncoder.png(sample(width: 9, height: 9, channels: 4)),
      try? ImageEncoder.webp(picture, quality: 60), try? ImageEncoder.webp(picture, quality: nil),
    ].compactMap { $0 }
  }()

  @Test func everyTruncation() {
    #expect(Self.seeds.count == 7)
    for seed in Self.seeds {
      for length in 0..<seed.count { _ = failure(Array(seed.prefix(length))) }
    }
  }

  /// Random bytes overwritten, removed or doubled; a second each at most.
  @Test(arguments: 0..<7) func mutations(index: Int) {
    let seed = Self.seeds[index]
    var generator = SeededGenerator(seed: UInt64(index + 1) * 977)
    let end = ContinuousClock.now + .seconds(1)
    for _ in 0..<3000 where ContinuousClock.now < end {
      var file = seed
      for _ in 0...Int(generator.next() % 4) {
        let place = Int.random(in: 0..<file.count, using: &generator)
        switch generator.next() % 4 {
        case 0: file.remove(at: place)
        case 1: file.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 2: file[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &generator) ?? 0
        default: file[place] ^= 1 << UInt8(generator.next() % 8)
        }
      }
      var limits = DecodeLimits.standard
      limits.maxPixels = 4_000_000
      if let failure = failure(file, limits: limits) { #expect(!failure.code.isEmpty) }
    }
  }

  @Test func nothingAndNonsense() {
    #expect(failure([])?.code == "format.unknown")
    #expect(failure([])?.mend?.contains("Convert") == false)
    #expect(failure(Array("GIF89a....".utf8))?.code == "format.unknown")
    #expect(failure([0xFF, 0xD8])?.code == "format.unknown")
    #expect(failure([0xFF, 0xD8, 0xFF])?.code == "format.malformed")
    #expect(failure(Array("RIFF\u{0}\u{0}\u{0}\u{0}WEBP".utf8))?.code == "format.malformed")
  }
}
