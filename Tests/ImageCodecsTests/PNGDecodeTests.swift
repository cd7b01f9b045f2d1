import Foundation
import ImageCodecs
import Testing

@Suite struct PNGDecodeTests {
  @Test(arguments: 1...4) func roundTrip(channels: Int) throws {
    let picture = sample(width: 45, height: 31, channels: channels)
    let image = try ImageDecoder.decode(try ImageEncoder.png(picture))
    #expect(codes(image) == (channels % 2 == 0 ? ["decode.alpha"] : []))
    for pixel in 0..<(45 * 31) {
      for channel in 0..<3 {
        let value = Int(picture.samples[pixel * channels + (channels < 3 ? 0 : channel)])
        let alpha = channels % 2 == 0 ? Int(picture.samples[pixel * channels + channels - 1]) : 255
        let expected = (value * alpha + 255 * (255 - alpha) + 127) / 255
        #expect(Int(image.pixels.samples[pixel * 3 + channel]) == expected)
      }
    }
  }

  /// Every 16-bit value becomes round(value / 257).
  @Test func sixteenBits() throws {
    var builder = PNGBuilder(width: 256, height: 256, depth: 16, color: 0)
    var rows = [UInt8]()
    for high in 0...255 {
      rows.append(0)
      for low in 0...255 { rows += [UInt8(high), UInt8(low)] }
    }
    builder.data(rows)
    let image = try ImageDecoder.decode(builder.ended())
    #expect(image.info.bitDepth == 16 && image.info.colorModel == "grayscale")
    for value in 0...65535 {
      let expected = (value * 2 + 257) / 514
      #expect(Int(image.pixels.samples[value * 3 + 1]) == expected)
    }
  }

  @Test func paletteWithTransparency() throws {
    var builder = PNGBuilder(width: 4, height: 1, depth: 2, color: 3)
    builder.chunk("PLTE", [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    builder.chunk("tRNS", [255, 0, 128])
    builder.data([0, 0b00_01_10_11])
    let image = try ImageDecoder.decode(builder.ended())
    #expect(image.pixels.samples == [255, 0, 0, 255, 255, 255, 127, 127, 255, 9, 9, 9])
    #expect(image.info.colorModel == "palette")
    #expect(image.findings.first?.result["translucentPixels"] == "2")
  }

  @Test func truncatedKeepsRows() throws {
    let picture = sample(width: 100, height: 100)
    let file = try ImageEncoder.png(picture)
    let image = try ImageDecoder.decode(Array(file.prefix(file.count / 2)))
    #expect(codes(image).contains("decode.truncated"))
    #expect(image.soundRows > 20 && image.soundRows < 80)
    let top = image.pixels.cropped(x: 0, y: 0, width: 100, height: image.soundRows)
    #expect(top == picture.cropped(x: 0, y: 0, width: 100, height: image.soundRows))
    #expect(image.pixels.samples.last == 255)
  }

  @Test func spoiltChecksums() throws {
    var builder = PNGBuilder(width: 1, height: 1, depth: 8, color: 0)
    builder.chunk("tEXt", Array("Comment\0x".utf8), spoilt: true)
    builder.data([0, 77])
    let image = try ImageDecoder.decode(builder.ended() + [1, 2, 3])
    #expect(Set(codes(image)) == ["decode.checksum", "decode.trailing-bytes"])
    #expect(image.pixels.samples == [77, 77, 77])
  }

  /// Compressed text and profiles are never inflated, so a bomb in them is just bytes.
  @Test func compressedTextIsNotTouched() throws {
    var builder = PNGBuilder(width: 1, height: 1, depth: 8, color: 0)
    let garbage = [UInt8](repeating: 0xAA, count: 4000)
    builder.chunk("zTXt", Array("Comment\0\0".utf8) + garbage)
    builder.chunk("iCCP", Array("A profile\0\0".utf8) + garbage)
    builder.data([0, 5])
    let image = try ImageDecoder.decode(builder.ended())
    #expect(codes(image) == ["decode.icc"])
    #expect(image.findings.first?.result["name"] == "A profile")
  }

  @Test func apngShowsItsFirstFrame() throws {
    var builder = PNGBuilder(width: 1, height: 1, depth: 8, color: 0)
    builder.chunk("acTL", PNGBuilder.big32(3) + PNGBuilder.big32(0))
    builder.data([0, 5])
    let image = try ImageDecoder.decode(builder.ended())
    #expect(image.info.frames == 3)
    #expect(codes(image) == ["decode.frames"])
  }

  /// The whole PngSuite: names that begin with `x` are broken on purpose, all others decode and
  /// agree with ImageMagick, which truncates where we round: by 1 at most, and only with 16 bits
  /// or alpha.
  @Test(.enabled(if: Place.fixturesExist, "no fixtures")) func pngSuite() throws {
    let files = Place.files("malformed/pngsuite")
    #expect(files.count > 170)
    // Gamma and background are ignored here and applied there.
    let ignored: Set = ["gAMA", "cHRM", "sRGB", "iCCP", "bKGD"]
    for url in files {
      let bytes = try Place.bytes(url)
      let name = url.lastPathComponent
      guard !name.hasPrefix("x") else {
        if let failure = failure(bytes) { #expect(failure.code.hasPrefix("format.")) }
        continue
      }
      let image = try ImageDecoder.decode(bytes)
      #expect(image.soundRows == image.pixels.height, "\(name)")
      #expect(!codes(image).contains("decode.damaged"), "\(name)")
      guard let program = Place.convert else { continue }
      let other = PPM.read(
        try pipe(
          program,
          [
            "png:-[0]", "-background", "white", "-alpha", "remove", "-depth", "8", "-type",
            "truecolor", "ppm:-",
          ], PNGBuilder.without(ignored, bytes)))
      let theirs = try #require(other, "\(name)")
      let most = zip(image.pixels.samples, theirs.samples)
        .reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
      let exact = image.info.bitDepth < 16 && !codes(image).contains("decode.alpha")
      #expect(image.pixels.samples.count == theirs.samples.count, "\(name)")
      #expect(most <= (exact ? 0 : 1), "\(name)")
    }
  }
}
