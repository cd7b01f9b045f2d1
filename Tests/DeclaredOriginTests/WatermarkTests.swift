import DeclaredOrigin
import ForensicCore
import Foundation
import ImageCodecs
import Testing

/// The invisible watermark, against the package that writes it (`scripts/make-watermark-samples`).
@Suite struct WatermarkTests {
  struct Expected: Decodable {
    var message: String?
    var bits: [String: String]
  }

  private static func folder() -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Marked")
  }

  private func expected() throws -> [String: Expected] {
    let data = try Data(contentsOf: Self.folder().appending(path: "expected.json"))
    return try JSONDecoder().decode([String: Expected].self, from: data)
  }

  private func pixels(_ file: String) throws -> PixelBuffer {
    try ImageDecoder.decode(Place.bytes(Self.folder().appending(path: file))).pixels
  }

  /// Bit by bit what the package's own decoder reads, of every length, right or wrong.
  @Test func `bits are those of the package`() throws {
    for (file, expected) in try expected() {
      let blocks = try #require(WatermarkBlocks(try pixels(file)))
      for (length, bits) in expected.bits {
        let count = try #require(Int(length))
        #expect(blocks.bits(length: count).map { $0 ? "1" : "0" }.joined() == bits, "\(file)")
      }
    }
  }

  @Test func `messages are found, and only those that are there`() throws {
    for (file, expected) in try expected() {
      let mark = Watermark.find(in: try pixels(file))
      #expect(mark?.message.title == expected.message, "\(file): \(String(describing: mark))")
    }
  }

  @Test func `a small picture is not looked at`() {
    let small = PixelBuffer(
      width: 200, height: 200, channels: 3, samples: [UInt8](repeating: 9, count: 120_000))
    #expect(Watermark.find(in: small) == nil)
    let even = PixelBuffer(
      width: 300, height: 300, channels: 3, samples: [UInt8](repeating: 9, count: 270_000))
    #expect(Watermark.find(in: even) == nil)
  }

  /// Stripes come back with the period of a row, and so go with many messages by chance.
  @Test(arguments: 0..<24) func `stripes are no watermark`(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let period = [8, 12, 16, 20, 24][Int(seed % 5)]
    var row = [UInt8]()
    for _ in 0..<(1024 / period + 1) {
      let colour = (0..<3).map { _ -> UInt8 in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
      }
      for _ in 0..<period { row += colour }
    }
    row = Array(row.prefix(1024 * 3))
    let stripes = PixelBuffer(
      width: 1024, height: 768, channels: 3, samples: (0..<768).flatMap { _ in row })
    #expect(Watermark.find(in: stripes) == nil)
  }

  /// No real picture of the data set shows a mark.
  @Test(.enabled(if: Place.dataset != nil, "needs the data set"))
  func `no false alarm`() throws {
    let dataset = try #require(Place.dataset)
    let manifest = try String(
      contentsOf: dataset.appending(path: "manifest.csv"), encoding: .utf8)
    var files = Set<String>()
    for line in manifest.split(whereSeparator: \.isNewline).dropFirst() {
      let columns = line.split(separator: ",", omittingEmptySubsequences: false)
      if columns.count > 2, columns[2] == "real" { files.insert(String(columns[0])) }
    }
    #expect(files.count > 900)
    var highest = 0.0
    var looked = 0
    for file in files.sorted() {
      let decoded = try ImageDecoder.decode(Place.bytes(dataset.appending(path: file)))
      guard let blocks = WatermarkBlocks(decoded.pixels) else { continue }
      looked += 1
      for message in Watermark.messages {
        highest = max(highest, blocks.correlation(with: message.bits))
      }
      #expect(Watermark.find(in: decoded.pixels) == nil, "\(file)")
    }
    print("watermark: \(looked) real pictures, highest correlation \(highest)")
    #expect(highest < Watermark.leastScore)
  }
}
