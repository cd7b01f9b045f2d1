import CKernels
import ForensicCore
import Foundation
import ImageCodecs
import JPEGForensics
import Testing

/// An earlier saving on a block grid that is not the last one's.
@Suite struct ShiftedCompressionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var x: Int
    var y: Int
    var first: Int
    var second: Int
    var testDescription: String { "\(first) → \(second), cropped by \(x), \(y)" }
  }

  static let cases = [(1, 0), (3, 5), (0, 7), (4, 2), (6, 6)].flatMap { x, y in
    [(60, 75), (75, 90), (85, 95)].map { Case(x: x, y: y, first: $0, second: $1) }
  }

  private func saved(_ picture: PixelBuffer, _ quality: Int) throws -> PixelBuffer {
    try ImageDecoder.decode(try ImageEncoder.jpeg(picture, quality: quality)).pixels
  }

  private func cropped(_ picture: PixelBuffer, _ x: Int, _ y: Int) -> PixelBuffer {
    picture.cropped(x: x, y: y, width: picture.width - x, height: picture.height - y)
  }

  private static let texture = Texture.picture(width: 488, height: 392, seed: 21)

  @Test("place, quality and step of the first saving", arguments: cases)
  func found(_ test: Case) throws {
    let once = try saved(Self.texture, test.first)
    let twice = try saved(cropped(once, test.x, test.y), test.second)
    let found = try #require(ShiftedCompression(LumaPlane(twice)))
    #expect(found.isDetected, "\(found.strength)")
    #expect((found.x, found.y) == ((8 - test.x) % 8, (8 - test.y) % 8))
    let table = StandardTables.scaled(StandardTables.luma, quality: test.first, baseline: true)
    #expect(found.firstStep == table[0])
    #expect(abs(found.firstQuality - test.first) <= 2)
    #expect(found.strengths[8 * found.y + found.x] == found.strength)
    #expect(found.strengths.max() == found.strength)
  }

  @Test(
    "one saving, and two on the same grid, are not two on shifted ones", arguments: [60, 75, 95])
  func quiet(quality: Int) throws {
    let once = try saved(Self.texture, quality)
    for picture in [once, try saved(cropped(Self.texture, 3, 5), quality), try saved(once, 90)] {
      let found = try #require(ShiftedCompression(LumaPlane(picture)))
      #expect(!found.isDetected, "\(found.strength)")
    }
  }

  @Test("without a last saving that left its mark nothing is found either", arguments: [1, 2, 3])
  func noise(seed: UInt64) throws {
    let found = try #require(
      ShiftedCompression(LumaPlane(Texture.picture(width: 400, height: 320, seed: seed))))
    #expect(!found.isDetected)
  }

  @Test("flat, extreme and small pictures", arguments: [UInt8(0), 1, 128, 255])
  func extremes(level: UInt8) throws {
    func plane(_ width: Int, _ height: Int) -> LumaPlane {
      LumaPlane(
        PixelBuffer(
          width: width, height: height, channels: 1,
          samples: [UInt8](repeating: level, count: width * height)))
    }
    let flat = try #require(ShiftedCompression(plane(400, 300)))
    #expect(!flat.isDetected && flat.strengths.allSatisfy(\.isFinite))
    for (width, height) in [(1, 1), (7, 4000), (4000, 14), (160, 160), (15, 15)] {
      #expect(ShiftedCompression(plane(width, height)) == nil)
    }
    // One row of blocks, 400 of them; and more blocks than are looked at.
    #expect(ShiftedCompression(plane(3207, 15))?.blocks == 400)
    let large = try #require(ShiftedCompression(plane(2407, 1607)))
    #expect(large.blocks <= 16_384 && large.blocks >= 8_000)
    // Checkers of black and white reach the ends of every count.
    let checkers = PixelBuffer(
      width: 400, height: 300, channels: 1,
      samples: (0..<120_000).map { ($0 % 400 / 4 + $0 / 400 / 4) % 2 == 0 ? level : 255 - level })
    #expect(ShiftedCompression(LumaPlane(checkers)) != nil)
  }

  @Test("counts are those of plain loops", arguments: [1, 2])
  func counts(skip: Int) throws {
    let (width, height) = (90, 47)
    let luma = Texture.picture(width: width, height: height, seed: 5, channels: 1).samples
    let stored = Int(HK_PHASE_ROW)
    var counts = [UInt16](repeating: 0, count: 192 * stored)
    hk_phase_counts(luma, Int32(width), Int32(height), Int32(skip), &counts)
    var plain = [UInt16](repeating: 0, count: counts.count)
    let cosine = CosineTransform.basis
    for row in stride(from: 0, to: (height - 7) / 8, by: skip) {
      for place in 0..<64 {
        for column in 0..<((width - 7) / 8) {
          for (frequency, (v, u)) in [(0, 0), (0, 1), (1, 0)].enumerated() {
            var sum = 0.0
            for y in 0..<8 {
              for x in 0..<8 {
                let at = (8 * row + place / 8 + y) * width + 8 * column + place % 8 + x
                sum += (Double(luma[at]) - 128) * cosine[v][y] * cosine[u][x]
              }
            }
            plain[(place * 3 + frequency) * stored + Int((sum + 1024.5 + 1e-6).rounded(.down))] += 1
          }
        }
      }
    }
    let total = counts.reduce(0) { $0 + Int($1) }
    #expect(total == 192 * ((width - 7) / 8) * (((height - 7) / 8 + skip - 1) / skip))
    // A size on the border between two whole numbers may fall to either.
    let different = zip(counts, plain).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(different <= total / 500, "\(different) of \(total)")
  }

  @Test("sums are those of plain loops")
  func sums() {
    let (sizes, stored) = (Int(HK_PHASE_SIZES), Int(HK_PHASE_ROW))
    let counts = (0..<(3 * stored)).map {
      // Of the last row only the middle.
      $0 < 2 * stored || (700...1300).contains($0 - 2 * stored) ? UInt16(($0 * 7919) % 65536) : 0
    }
    let cosines = (0..<(2 * sizes)).map { Float(cos(Double($0))) }
    var sums = [Float](repeating: 0, count: 6)
    hk_phase_sums(counts, 3, cosines, 2, &sums)
    for row in 0..<3 {
      for period in 0..<2 {
        let plain = (0..<sizes).reduce(0.0) {
          $0 + Double(counts[row * stored + $1]) * Double(cosines[period * sizes + $1])
        }
        #expect(abs(Double(sums[row * 2 + period]) - plain) < 100)
      }
    }
  }

  @Test("the report says re-saved after a crop or shift, and what cannot be said")
  func words() throws {
    func history(_ bytes: [UInt8], without: Set<ExaminationMethod> = []) throws
      -> CompressionHistory
    {
      let decoded = try ImageDecoder.decode(bytes)
      let info = decoded.info.format == .jpeg ? try JPEGStructure.parse(bytes) : nil
      return bytes.withUnsafeBytes {
        CompressionHistory(
          bytes: $0, pixels: decoded.pixels, jpeg: info, soundRows: decoded.soundRows,
          methods: Set(ExaminationMethod.allCases).subtracting(without))
      }
    }
    let title = ExaminationMethod.shiftedJPEG.title
    let bytes = try ImageEncoder.jpeg(cropped(try saved(Self.texture, 70), 5, 2), quality: 90)
    let found = try history(bytes)
    let finding = try #require(found.findings.first { $0.code == "jpeg.double-shifted" })
    #expect(finding.weight == .notable)
    #expect(finding.summary.contains("begins at 3, 6"))
    #expect(finding.summary.contains("saved again after a crop or a shift"))
    #expect(finding.limits?.contains("no sign of a change") == true)
    let figure = try #require(found.figures.first { $0.id == finding.figure })
    let strength = try #require(finding.result["strength"])
    #expect(figure.caption.contains("the greatest is \(strength), and it counts from 5.5"))
    guard case .grid(let columns, let values) = figure.content else {
      Issue.record("no grid")
      return
    }
    #expect(columns == 8 && values.count == 64)
    #expect(values.indices.max { values[$0] < values[$1] } == 8 * 6 + 3)

    let once = try history(try ImageEncoder.jpeg(Self.texture, quality: 90))
    let none = try #require(once.findings.first { $0.code == "jpeg.double-shifted.none" })
    #expect(none.weight == .information)
    for text in [finding.summary, none.summary, finding.limits ?? "", none.limits ?? ""] {
      #expect(!text.contains("clean") && !text.contains("authentic") && !text.contains("manipul"))
    }
    let png = try history(try ImageEncoder.png(Self.texture))
    #expect(png.notExamined.contains { $0.what == title && $0.why.hasPrefix("Not applicable") })
    let small = try history(
      try ImageEncoder.jpeg(
        Self.texture.cropped(x: 0, y: 0, width: 128, height: 128), quality: 80))
    #expect(small.notExamined.contains { $0.what == title && $0.why.contains("blocks") })
    let off = try history(bytes, without: [.shiftedJPEG])
    #expect(off.notExamined.contains { $0.what == title && $0.why == "Switched off." })
    #expect(!off.findings.contains { $0.code.hasPrefix("jpeg.double-shifted") })
  }
}
