import Foundation
import ImageCodecs
import Testing

@Suite struct WebPDecodeTests {
  @Test func losslessIsExact() throws {
    let picture = sample(width: 61, height: 47)
    let image = try ImageDecoder.decode(try ImageEncoder.webp(picture, quality: nil))
    #expect(image.pixels == picture)
    #expect(image.findings.isEmpty)
    #expect(image.info.colorModel == "rgb")
  }

  @Test func lossyIsNear() throws {
    let picture = sample(width: 61, height: 47)
    let image = try ImageDecoder.decode(try ImageEncoder.webp(picture, quality: 95))
    #expect(meanDifference(image.pixels, picture) < 10)
    #expect(image.info.colorModel == "ycbcr")
  }

  @Test(arguments: [nil, 80] as [Float?]) func truncatedKeepsRows(quality: Float?) throws {
    let file = try ImageEncoder.webp(sample(width: 200, height: 200), quality: quality)
    let image = try ImageDecoder.decode(Array(file.prefix(file.count * 6 / 10)))
    #expect(codes(image) == ["decode.truncated"])
    #expect(image.soundRows > 8 && image.soundRows < 200)
    #expect(image.pixels.samples.last == 255)
  }

  @Test func trailingBytesAreFound() throws {
    let file = try ImageEncoder.webp(sample(width: 16, height: 16), quality: 80)
    #expect(codes(try ImageDecoder.decode(file + [9, 9, 9, 9])) == ["decode.trailing-bytes"])
  }

  /// An animation put together here: a canvas of 40 × 30, the first frame 16 × 16 at (8, 4).
  @Test func animationShowsItsFirstFrame() throws {
    let picture = sample(width: 16, height: 16)
    let still = try ImageEncoder.webp(picture, quality: nil)
    let frame = little24(4) + little24(2) + little24(15) + little24(15) + little24(40) + [0]
    let body =
      chunk("VP8X", [2, 0, 0, 0] + little24(39) + little24(29))
      + chunk("ANIM", [255, 255, 255, 255, 0, 0])
      + chunk("ANMF", frame + still[12...]) + chunk("ANMF", frame + still[12...])
    let file = chunk("RIFF", Array("WEBP".utf8) + body)
    let image = try ImageDecoder.decode(file)
    #expect(image.info.width == 40 && image.info.height == 30 && image.info.frames == 2)
    #expect(codes(image) == ["decode.frames"])
    #expect(image.pixels.cropped(x: 8, y: 4, width: 16, height: 16) == picture)
    #expect(image.pixels.samples[0] == 255)
  }

  @Test(.enabled(if: Place.convert != nil, "needs ImageMagick")) func alpha() throws {
    let program = try #require(Place.convert)
    let picture = sample(width: 30, height: 20, channels: 4)
    let png = try ImageEncoder.png(picture)
    let file = try pipe(program, ["png:-", "-define", "webp:lossless=true", "webp:-"], png)
    let image = try ImageDecoder.decode(file)
    #expect(codes(image) == ["decode.alpha"])
    #expect(meanDifference(image.pixels, try ImageDecoder.decode(png).pixels) < 1)
  }

  private func little24(_ value: Int) -> [UInt8] { [0, 8, 16].map { UInt8(value >> $0 & 255) } }

  private func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let length = [0, 8, 16, 24].map { UInt8(body.count >> $0 & 255) }
    return Array(name.utf8) + length + body + (body.count % 2 == 1 ? [0] : [])
  }
}
