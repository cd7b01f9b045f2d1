import ForensicCore
import Foundation
import ImageMetadata
import Testing

/// Any byte string in, a reading out: no crash, no read outside, no long wait.
@Suite struct RobustnessTests {
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  private func read(_ bytes: [UInt8], _ format: ImageFormat = .jpeg) -> MetadataReading {
    let image = ImageInfo(format: format, width: 640, height: 480, colorModel: "rgb")
    let reading = bytes.withUnsafeBytes { MetadataReader.read($0, image: image) }
    for block in reading.blocks {
      #expect(block.offset >= 0 && block.length >= 0 && block.offset + block.length <= bytes.count)
    }
    return reading
  }

  private func builder() -> TIFFBuilder {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "NIKON CORPORATION")
    builder.add(.ifd0, 0x0132, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0x829A, rational: (1, 60))
    builder.add(
      .exif, 0x927C, undefined: Array("Nikon\0\u{2}\u{10}\0\0MM\0*\0\0\0\u{8}\0\u{2}".utf8))
    builder.add(.exif, 0x9286, undefined: Array("UNICODE\0a\0b".utf8))
    builder.add(.interop, 1, text: "R98")
    builder.gps((51, 30, 0), "N", (0, 7, 30), "W")
    builder.add(.ifd1, 0x0103, short: 6)
    builder.thumbnail = [0xFF, 0xD8, 0xFF, 0xD9]
    return builder
  }

  @Test func everyTruncation() {
    let file = builder().jpeg
    for length in 0...file.count { _ = read(Array(file.prefix(length))) }
    let block = builder().block
    for length in 0...block.count { _ = read(TIFFBuilder.jpeg(Array(block.prefix(length)))) }
  }

  @Test func everyByteSetToExtremes() {
    let block = builder().block
    for index in block.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var changed = block
        changed[index] = value
        _ = read(TIFFBuilder.jpeg(changed))
      }
    }
  }

  @Test(arguments: ImageFormat.allCases) func noise(format: ImageFormat) {
    var random = Random(state: 0xF0_0D)
    let starts: [[UInt8]] = [
      [0xFF, 0xD8], [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10],
      Array("RIFF".utf8) + [255, 255, 255, 255] + Array("WEBP".utf8),
    ]
    for start in starts {
      for _ in 0..<300 {
        let length = Int.random(in: 0..<400, using: &random)
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        _ = read(start + bytes, format)
      }
    }
  }

  @Test(
    .enabled(if: Fixtures.exist, "the folder of fixtures is not here"),
    arguments: Fixtures.exifNames)
  func changedFixtures(name: String) throws {
    let file = try Fixtures.bytes(name)
    let whole = Fixtures.read(file, Fixtures.image(name))
    let place = whole.blocks.first { $0.kind == .exif }
    let start = place?.offset ?? 2
    let end = min(file.count, start + (place?.length ?? 2000))
    // The pixels do not matter here; without them a thousand copies cost little.
    let header = Array(file.prefix(min(file.count, end + 64)))
    var random = Random(state: UInt64(file.count) | 1)
    for _ in 0..<60 {
      _ = read(Array(header.prefix(Int.random(in: 0...header.count, using: &random))))
    }
    for round in 0..<120 {
      var changed = header
      for _ in 0..<(1 + round / 8) {
        // Most of the structure stands near the start of the block.
        let span = max(1, Bool.random(using: &random) ? min(1000, end - start) : end - start)
        let at = min(changed.count - 1, start + Int.random(in: 0..<span, using: &random))
        changed[at] =
          [0, 1, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random) ?? 0
      }
      let reading = read(changed)
      #expect(reading.context.exif.count <= TIFFWalker.mostFields)
    }
  }

  @Test(.enabled(if: Fixtures.exist, "the folder of fixtures is not here"))
  func malformedFixtures() throws {
    let clock = ContinuousClock()
    for url in Fixtures.files("malformed") + Fixtures.files("c2pa") {
      let bytes = Array(try Data(contentsOf: url))
      let start = clock.now
      for format in ImageFormat.allCases { _ = read(bytes, format) }
      #expect(clock.now - start < .seconds(1), "\(url.lastPathComponent)")
    }
  }

  @Test func readingIsDeterministic() {
    let file = builder().jpeg
    #expect(read(file) == read(file))
  }

  @Test func largeBlocksStayWithinLimits() {
    // 30 MiB in an eXIf chunk: cut at 16 MiB; every field claims most of it.
    var builder = TIFFBuilder()
    builder.fields[.ifd0] = (0x9000..<0x9400).map {
      .init(tag: $0, format: 2, count: 15 << 20, bytes: [8, 0, 0, 0])
    }
    let block = builder.block + [UInt8](repeating: 65, count: 30 << 20)
    let length = (0..<4).map { UInt8(block.count >> (24 - 8 * $0) & 255) }
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + length + Array("eXIf".utf8)
    let clock = ContinuousClock()
    let start = clock.now
    let reading = read(png + block + [0, 0, 0, 0], .png)
    #expect(clock.now - start < .seconds(5))
    #expect(reading.context.exif.count == 1024)
    #expect(reading.context.exif.reduce(0) { $0 + $1.value.utf8.count } <= 2 << 20)
  }
}
