import ForensicCore
import Foundation
import ImageCodecs
import JPEGForensics
import Testing

/// Files that `cjpeg` of libjpeg-turbo writes, at every quality.
@Suite(.enabled(if: Place.cjpeg != nil, "needs cjpeg")) struct CJPEGTests {
  private static let picture: [UInt8] =
    Array("P6\n24 24\n255\n".utf8) + (0..<1728).map { UInt8($0 * 37 & 255) }

  private func parse(_ options: [String]) throws -> JPEGInfo {
    let program = try #require(Place.cjpeg)
    return try JPEGStructure.parse(try pipe(program, options, Self.picture))
  }

  /// In one test, one process after another: 400 of them at once would starve the machine.
  @Test func everyQuality() throws {
    let variants = [[], ["-grayscale"], ["-baseline"], ["-sample", "1x1", "-progressive"]]
    for quality in 1...100 {
      for variant in variants {
        let info = try parse(["-quality", String(quality)] + variant)
        #expect(info.quality.estimate == quality, "\(quality) \(variant)")
        #expect(info.quality.standard && info.quality.luma == quality, "\(quality) \(variant)")
        #expect(
          info.quality.chroma == (variant == ["-grayscale"] ? nil : quality),
          "\(quality) \(variant)")
        if !variant.contains("-baseline"), quality < 10 {
          #expect(info.tables.contains { $0.precision == 16 }, "\(quality) \(variant)")
        }
      }
    }
  }

  @Test(arguments: [("80,60", 80, 60), ("35,90", 35, 90)])
  func apart(option: String, luma: Int, chroma: Int) throws {
    let info = try parse(["-quality", option])
    #expect(info.quality.luma == luma && info.quality.chroma == chroma)
    #expect(
      JPEGForensics.findings(for: info).map(\.code)
        == ["jpeg.quality", "jpeg.quality.luma-chroma-differ"])
  }

  @Test func rgbUsesOneTable() throws {
    let info = try parse(["-rgb", "-quality", "77"])
    #expect(info.quality.estimate == 77 && info.quality.standard && info.quality.chroma == nil)
  }
}
