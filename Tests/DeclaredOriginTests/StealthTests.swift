import DeclaredOrigin
import ForensicCore
import ImageCodecs
import ImageMetadata
import Testing

/// Texts in the lowest bits, written here as NovelAI's own program writes them.
@Suite struct StealthTests {
  private static let side = 96
  private static let comment = """
    {"Software": "NovelAI", "Source": "NovelAI Diffusion V4", "Comment": "{\\"prompt\\": \\"1girl\\", \
    \\"uc\\": \\"lowres\\", \\"sampler\\": \\"k\\", \\"seed\\": 7}"}
    """

  /// RGBA, the bits down the columns of the alpha channel or of the colours.
  private func picture(_ mark: String, _ body: [UInt8], length: Int? = nil) -> PixelBuffer {
    let isAlpha = mark.hasPrefix("stealth_png")
    var samples = (0..<(Self.side * Self.side * 4)).map { index -> UInt8 in
      index % 4 == 3 ? 255 : UInt8(truncatingIfNeeded: index &* 37)
    }
    let bytes = Array(mark.utf8) + Container.big32(length ?? body.count * 8) + body
    var at = 0
    for byte in bytes {
      for bit in (0..<8).reversed() {
        let pixel = isAlpha ? at : at / 3
        let channel = isAlpha ? 3 : at % 3
        let (x, y) = pixel.quotientAndRemainder(dividingBy: Self.side)
        let sample = (y * Self.side + x) * 4 + channel
        samples[sample] = samples[sample] & 254 | (byte >> UInt8(bit)) & 1
        at += 1
      }
    }
    return PixelBuffer(width: Self.side, height: Self.side, channels: 4, samples: samples)
  }

  private func read(_ picture: PixelBuffer) throws -> DeclarationReading {
    let colours = PixelBuffer(
      width: Self.side, height: Self.side, channels: 3,
      samples: picture.samples.enumerated().filter { $0.offset % 4 < 3 }.map(\.element))
    return try Container.png().withUnsafeBytes { file in
      let reading = MetadataReader.read(file, image: try ImageDecoder.decode(file).info)
      return DeclarationReader.read(file, reading: reading, pixels: colours, alpha: picture)
    }
  }

  /// A gzip stream of one stored block.
  private func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var table = (0..<256).map(UInt32.init)
    for index in table.indices {
      for _ in 0..<8 {
        table[index] = table[index] & 1 == 1 ? table[index] >> 1 ^ 0xEDB8_8320 : table[index] >> 1
      }
    }
    let sum = ~bytes.reduce(~UInt32(0)) { table[Int(UInt8($0 & 255) ^ $1)] ^ $0 >> 8 }
    func little(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let length = little(UInt32(bytes.count) | ~UInt32(bytes.count) << 16)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + length + bytes + little(sum)
      + little(UInt32(bytes.count))
  }

  @Test(arguments: ["stealth_pngcomp", "stealth_pnginfo", "stealth_rgbcomp", "stealth_rgbinfo"])
  func `NovelAI's texts`(_ mark: String) throws {
    let text = Array(Self.comment.utf8)
    let reading = try read(picture(mark, mark.hasSuffix("comp") ? gzip(text) : text))
    let generation = try #require(reading.declaration?.generations.first)
    #expect(generation.tool == "NovelAI")
    #expect(generation.model == "NovelAI Diffusion V4")
    #expect(generation.prompt == "1girl")
    let place = mark.hasPrefix("stealth_png") ? "Alpha channel" : "Colour channels"
    #expect(generation.place == "\(place) Comment")
    #expect(reading.findings.map(\.code) == ["origin.generator", "origin.tool"])
  }

  @Test func `AUTOMATIC1111's text`() throws {
    let reading = try read(picture("stealth_pnginfo", Array(ContainerTests.a1111.utf8)))
    #expect(reading.declaration?.generations.map(\.tool) == ["AUTOMATIC1111"])
  }

  @Test(
    arguments: [
      ("stealth_pngcomp", [1, 2, 3, 4], nil), ("stealth_pnginfo", [65, 66], 1 << 30),
      ("stealth_pnginfo", [65, 66], 15), ("stealth_pnginfo", [0xFF, 0xC0], nil),
      ("stealth_pngjunk", [65, 66], nil),
    ] as [(String, [UInt8], Int?)])
  func `what is broken is none`(_ mark: String, _ body: [UInt8], _ length: Int?) throws {
    #expect(try read(picture(mark, body, length: length)).declaration == nil)
  }
}
