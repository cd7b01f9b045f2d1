import ForensicCore
import ImageCodecs
import JPEGForensics
import Testing

/// Pictures that no camera took, saved once: methods that presume a photograph say so, and report no
/// earlier saving.
@Suite struct DrawnPictureTests {
  enum Kind: CaseIterable, Sendable { case gradient, chart, even, dithered }

  private func picture(_ kind: Kind) -> PixelBuffer {
    let (width, height) = (640, 480)
    var state: UInt32 = 7
    var samples = [UInt8]()
    samples.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let level: Int
        switch kind {
        case .gradient: level = (x * 150 / width) + (y * 100 / height)
        case .chart:
          let isBar = x % 23 < 15 && x > 40 && y > 60 + (x / 23 * 97) % 380
          level = isBar ? 90 : y % 34 == 6 ? 200 : 250
        case .even: level = 255
        case .dithered:
          state = state &* 1_664_525 &+ 1_013_904_223
          level = Int(state >> 24) > 100 + x / 8 ? 255 : 0
        }
        samples += [UInt8(level), UInt8(level), UInt8(level)]
      }
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }

  @Test(arguments: Kind.allCases, [75, 90, 97]) func sayNothing(_ kind: Kind, quality: Int) throws {
    let bytes = try ImageEncoder.jpeg(picture(kind), quality: quality)
    let decoded = try ImageDecoder.decode(bytes)
    let info = try JPEGStructure.parse(bytes)
    let history = bytes.withUnsafeBytes {
      CompressionHistory(
        bytes: $0, pixels: decoded.pixels, jpeg: info, soundRows: decoded.soundRows,
        methods: Set(ExaminationMethod.allCases))
    }
    for method in [
      ExaminationMethod.doubleJPEG, .shiftedJPEG, .ghosts, .blockGrid, .noise,
    ] {
      let why = history.notExamined.filter { $0.what == method.title }.map(\.why)
      #expect(why.count == 1)
      #expect(why.allSatisfy { $0.hasPrefix("Not applicable: ") })
      #expect(!history.maps.contains { $0.method == method })
    }
    #expect(
      Set(history.findings.map(\.code)).isSubset(of: [
        "jpeg.encoder", "jpeg.encoder.unknown", "jpeg.error-level", "copy-move.none",
        "copy-move.match",
      ]))
  }

  /// Squares of eight pixels have a grid of their own, wherever it begins.
  @Test(arguments: [(3, 3), (5, 0), (4, 4)], [75, 90, 100])
  func squares(_ place: (Int, Int), quality: Int) throws {
    var state: UInt32 = 3
    let levels = (0..<(82 * 62)).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    var samples = [UInt8]()
    for y in 0..<480 {
      for x in 0..<640 {
        let level = levels[(y + 8 - place.1) / 8 * 82 + (x + 8 - place.0) / 8]
        samples += [level, level, level]
      }
    }
    let drawn = PixelBuffer(width: 640, height: 480, channels: 3, samples: samples)
    let bytes = try ImageEncoder.jpeg(drawn, quality: quality)
    let decoded = try ImageDecoder.decode(bytes)
    let info = try JPEGStructure.parse(bytes)
    let history = bytes.withUnsafeBytes {
      CompressionHistory(
        bytes: $0, pixels: decoded.pixels, jpeg: info, soundRows: decoded.soundRows,
        methods: [.doubleJPEG, .shiftedJPEG, .blockGrid])
    }
    #expect(history.findings.isEmpty)
    #expect(history.notExamined.count { $0.why.contains("even squares of eight pixels") } == 3)
  }
}
