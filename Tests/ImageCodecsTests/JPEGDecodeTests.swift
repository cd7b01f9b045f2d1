import Foundation
import ImageCodecs
import Testing

@Suite struct JPEGDecodeTests {
  @Test(arguments: ImageEncoder.Subsampling.allCases, [false, true])
  func roundTrip(subsampling: ImageEncoder.Subsampling, progressive: Bool) throws {
    for (width, height) in [(1, 1), (7, 9), (64, 48), (97, 61)] {
      let picture = sample(width: width, height: height)
      for restart in [0, 2] {
        let file = try ImageEncoder.jpeg(
          picture, quality: 95, subsampling: subsampling, progressive: progressive,
          restartInterval: restart)
        let image = try ImageDecoder.decode(file)
        #expect(image.pixels.width == width && image.pixels.height == height)
        #expect(image.info.colorModel == "ycbcr")
        #expect(image.info.progressive == progressive)
        #expect(image.findings.isEmpty)
        #expect(image.soundRows == height)
        #expect(meanDifference(image.pixels, picture) < 8)
      }
    }
  }

  @Test func grayscaleIsReplicated() throws {
    let file = try ImageEncoder.jpeg(sample(width: 33, height: 21, channels: 1), quality: 90)
    let image = try ImageDecoder.decode(file)
    #expect(image.info.colorModel == "grayscale")
    for index in stride(from: 0, to: image.pixels.samples.count, by: 3) {
      #expect(image.pixels.samples[index] == image.pixels.samples[index + 1])
      #expect(image.pixels.samples[index] == image.pixels.samples[index + 2])
    }
  }

  /// Processes, samplings and restarts that our encoder does not write.
  @Test(
    .enabled(if: Place.cjpeg != nil, "needs cjpeg"),
    arguments: [
      ["-arithmetic"], ["-rgb"], ["-restart", "1"], ["-sample", "4x1"], ["-sample", "1x2"],
      ["-sample", "4x2"], ["-sample", "2x2,1x2,2x1"], ["-progressive", "-restart", "2B"],
      ["-arithmetic", "-progressive"], ["-optimize", "-grayscale"], ["-dct", "float"],
    ])
  func cjpegVariants(options: [String]) throws {
    let program = try #require(Place.cjpeg)
    let picture = sample(width: 100, height: 75)
    let file = try pipe(program, ["-quality", "96"] + options, PPM.write(picture))
    let image = try ImageDecoder.decode(file)
    #expect(image.findings.isEmpty)
    #expect(image.info.colorModel == (options.contains("-rgb") ? "rgb" : image.info.colorModel))
    if !options.contains("-grayscale") { #expect(meanDifference(image.pixels, picture) < 12) }
  }

  /// CMYK with Adobe's marker is stored inverted, and so is YCCK; both come out as they went in.
  @Test(.enabled(if: Place.convert != nil, "needs ImageMagick")) func cmyk() throws {
    let program = try #require(Place.convert)
    let picture = sample(width: 64, height: 40)
    let file = try pipe(
      program, ["ppm:-", "-colorspace", "CMYK", "-quality", "97", "jpeg:-"], PPM.write(picture))
    let image = try ImageDecoder.decode(file)
    #expect(["cmyk", "ycck"].contains(image.info.colorModel))
    #expect(meanDifference(image.pixels, picture) < 8)
    // The same coefficients announced as CMYK, without a transform: other colours, no failure.
    if let adobe = find(Array("Adobe".utf8), file) {
      var other = file
      other[adobe + 11] = other[adobe + 11] == 2 ? 0 : 2
      let changed = try ImageDecoder.decode(other)
      #expect(changed.info.colorModel != image.info.colorModel)
    }
  }

  @Test(arguments: ImageDecoder.JPEGScale.allCases)
  func scaled(scale: ImageDecoder.JPEGScale) throws {
    let file = try ImageEncoder.jpeg(sample(width: 101, height: 67), quality: 90)
    let image = try file.withUnsafeBytes { try ImageDecoder.decodeJPEG($0, scale: scale) }
    #expect(image.pixels.width == (101 + scale.rawValue - 1) / scale.rawValue)
    #expect(image.pixels.height == (67 + scale.rawValue - 1) / scale.rawValue)
    #expect(image.info.width == 101)
  }

  @Test func truncatedKeepsRows() throws {
    let picture = sample(width: 160, height: 160)
    let file = try ImageEncoder.jpeg(picture, quality: 90)
    let image = try ImageDecoder.decode(Array(file.prefix(file.count / 2)))
    #expect(codes(image) == ["decode.truncated"])
    #expect(image.soundRows > 32 && image.soundRows < 128)
    let sound = image.pixels.cropped(x: 0, y: 0, width: 160, height: image.soundRows - 16)
    let same = picture.cropped(x: 0, y: 0, width: 160, height: image.soundRows - 16)
    #expect(meanDifference(sound, same) < 8)
  }

  @Test func trailingBytesAreFound() throws {
    let file = try ImageEncoder.jpeg(sample(width: 20, height: 20), quality: 90)
    let image = try ImageDecoder.decode(file + [0xFF, 0xD8, 1, 2, 3])
    #expect(codes(image) == ["decode.trailing-bytes"])
    #expect(image.findings.first?.result["bytes"] == "5")
  }

  /// A JPEG with a Multi-Picture index (CIPA DC-007) and whatever comes after its end.
  private func indexed(little: Bool, sizes: [Int], offsets: [Int], tail: [UInt8]) throws -> [UInt8]
  {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] {
      let big = (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
      return little ? big.reversed() : big
    }
    let entries = 16 * (sizes.count + 1)
    var index: [UInt8] = Array(little ? "II".utf8 : "MM".utf8) + number(42, 2) + number(8, 4)
    index += number(1, 2) + number(0xB002, 2) + number(7, 2) + number(entries, 4) + number(26, 4)
    index += number(0, 4) + number(0x2003_0000, 4) + number(0, 12)
    for (size, offset) in zip(sizes, offsets) {
      index += number(0x0001_0000, 4) + number(size, 4) + number(offset, 4) + number(0, 4)
    }
    let payload = Array("MPF\0".utf8) + index
    let length = payload.count + 2
    let file = try ImageEncoder.jpeg(sample(width: 20, height: 20), quality: 90)
    return [0xFF, 0xD8, 0xFF, 0xE2, UInt8(length >> 8), UInt8(length & 255)] + payload
      + file.dropFirst(2) + tail
  }

  /// Where the index begins in such files, from where its offsets count.
  private let indexStart = 10

  @Test(arguments: [true, false]) func picturesThatTheIndexNamesAreNoTrailingBytes(
    little: Bool
  ) throws {
    let preview = try ImageEncoder.jpeg(sample(width: 16, height: 16), quality: 80)
    let end = try indexed(little: little, sizes: [0, 0], offsets: [0, 0], tail: []).count
    let padding = [UInt8](repeating: 0, count: 37)
    let places = [end + 37 - indexStart, end + 37 + preview.count - indexStart]
    func found(_ tail: [UInt8], offsets: [Int]) throws -> [String] {
      let sizes = [preview.count, preview.count]
      return codes(
        try ImageDecoder.decode(
          indexed(little: little, sizes: sizes, offsets: offsets, tail: tail)))
    }
    let both = padding + preview + preview
    #expect(try found(both, offsets: places) == ["decode.further-pictures"])
    // Bytes of nobody's, before, between and after.
    let unnamed = ["decode.further-pictures", "decode.trailing-bytes"]
    #expect(try found(both + [1, 2, 3], offsets: places) == unnamed)
    #expect(try found(both, offsets: [places[0], 0]) == unnamed)
    #expect(try found(both, offsets: [0, places[1]]) == unnamed)
    // An index that names what is no JPEG, or leads out of the file.
    for wrong in [places[0] + 1, 1 << 20, 0xFFFF_FFFF] {
      #expect(try found(both, offsets: [wrong, 0]) == ["decode.trailing-bytes"])
    }
  }

  @Test func brokenThirdByteIsSteppedOver() throws {
    var file = try ImageEncoder.jpeg(sample(width: 20, height: 20), quality: 90)
    file[2] = 0x7F
    let image = try ImageDecoder.decode(file)
    #expect(codes(image) == ["decode.damaged"])
    #expect(image.soundRows == 20)
  }

  @Test func twelveBitsAndLosslessAreNamed() throws {
    let file = try ImageEncoder.jpeg(sample(width: 20, height: 20), quality: 90)
    let frame = try #require(find([0xFF, 0xC0], file))
    var twelve = file
    twelve[frame + 4] = 12
    #expect(failure(twelve)?.code == "format.unsupported")
    var lossless = file
    lossless[frame + 1] = 0xC3
    #expect(failure(lossless)?.code == "format.unsupported")
    var none = file
    none[frame + 4] = 77
    #expect(failure(none)?.code == "format.malformed")
  }

  private func find(_ pattern: [UInt8], _ bytes: [UInt8]) -> Int? {
    (0..<(bytes.count - pattern.count)).first { start in
      bytes[start..<(start + pattern.count)].elementsEqual(pattern)
    }
  }
}
