import ForensicCore
import JPEGForensics
import Testing

@Suite struct StructureTests {
  private let fine = StandardTables.scaled(StandardTables.luma, quality: 90, baseline: true)
  private let rough = StandardTables.scaled(StandardTables.luma, quality: 3, baseline: false)
  private let colour = StandardTables.scaled(StandardTables.chroma, quality: 3, baseline: false)
  private let three: [(id: Int, sampling: UInt8, table: Int)] = [
    (1, 0x22, 0), (2, 0x11, 1), (3, 0x11, 1),
  ]

  @Test func sixteenBitTables() throws {
    let info = try JPEGStructure.parse(
      Stream.start + Stream.tables([(0, rough, true), (1, colour, true)])
        + Stream.frame(three, marker: 0xC1) + Stream.scan([1, 2, 3]) + Stream.end)
    #expect(info.tables.map(\.precision) == [16, 16])
    #expect(info.tables[0].values == rough)
    #expect(info.quality.estimate == 3 && info.quality.standard)
    #expect(info.markers == ["SOI", "DQT", "SOF1", "SOS", "EOI"])
    #expect(info.subsampling == "4:2:0")
  }

  @Test func fourTables() throws {
    let tables = (0..<4).map { (id: $0, values: $0 == 0 ? rough : colour, wide: true) }
    let info = try JPEGStructure.parse(
      Stream.start + Stream.tables(tables)
        + Stream.frame([(1, 0x11, 0), (2, 0x11, 1), (3, 0x11, 2), (4, 0x11, 3)], marker: 0xC1)
        + Stream.scan([1, 2, 3, 4]) + Stream.end)
    #expect(info.tables.map(\.id) == [0, 1, 2, 3])
    #expect(info.quality.estimate == 3 && info.quality.standard)
    #expect(info.subsampling == "4:4:4")
  }

  /// A table redefined between scans: each component counts with what was in force at its scan.
  @Test func redefinitionBetweenScans() throws {
    let gray = StandardTables.scaled(StandardTables.chroma, quality: 90, baseline: true)
    let file =
      Stream.start + Stream.tables([(0, fine, false), (1, gray, false)]) + Stream.frame(three)
      + Stream.scan([1]) + Stream.tables([(0, [Int](repeating: 200, count: 64), false)])
      + Stream.scan([2, 3]) + Stream.end
    let info = try JPEGStructure.parse(file)
    #expect(info.quality.estimate == 90 && info.quality.standard)
    #expect(info.tables.count == 3)
    #expect(info.markers == ["SOI", "DQT", "SOF0", "SOS", "DQT", "SOS", "EOI"])
  }

  @Test func segmentsAndGarbage() throws {
    let adobe = Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 2]
    let file =
      Stream.start + [0xFF, 0xFF, 0xFF] + Stream.segment(0xE0, Array("JFIF\0".utf8))
      + [1, 2, 3] + Stream.segment(0xEE, adobe) + Stream.segment(0xDD, [0, 8])
      + Stream.tables([(0, fine, false)]) + Stream.frame([(1, 0x11, 0)], marker: 0xC2)
      + Stream.scan([1])
    let info = try JPEGStructure.parse(file)
    #expect(info.markers == ["SOI", "APP0", "APP14", "DRI", "DQT", "SOF2", "SOS"])
    #expect(info.adobeTransform == 2 && info.restartInterval == 8 && info.progressive)
    #expect(info.subsampling == "grayscale" && info.quality.chroma == nil)
  }

  @Test(
    arguments: [
      ([0x21, 0x11, 0x11], "4:2:2"), ([0x12, 0x11, 0x11], "4:4:0"), ([0x41, 0x11, 0x11], "4:1:1"),
      ([0x42, 0x11, 0x11], "4:1:0"), ([0x22, 0x21, 0x21], "4:4:0"),
      ([0x22, 0x12, 0x21], "2x2,1x2,2x1"),
      ([0x22, 0x11, 0x11, 0x22], "4:2:0"), ([0x11, 0x00, 0x11], "1x1,0x0,1x1"),
    ] as [([UInt8], String)])
  func subsampling(factors: [UInt8], name: String) throws {
    let components = factors.enumerated().map { (id: $0 + 1, sampling: $1, table: 0) }
    let info = try JPEGStructure.parse(
      Stream.start + Stream.tables([(0, fine, false)]) + Stream.frame(components) + Stream.end)
    #expect(info.subsampling == name)
  }

  @Test func everyTruncationAndEveryByte() {
    let file =
      Stream.start + Stream.tables([(0, fine, false), (1, rough.map { min($0, 255) }, false)])
      + Stream.frame(three) + Stream.scan([1, 2, 3]) + Stream.end
    for length in 0...file.count { _ = try? JPEGStructure.parse(Array(file.prefix(length))) }
    for index in file.indices {
      for value in [0, 1, 0x7F, 0x80, 0xDB, 0xFF] as [UInt8] {
        var changed = file
        changed[index] = value
        _ = try? JPEGStructure.parse(changed)
      }
    }
    for file in [[], [0xFF], Stream.start, Stream.start + Stream.end] {
      #expect(throws: ExaminationFailure.self) { try JPEGStructure.parse(file) }
    }
  }

  @Test func nothingButComments() throws {
    let comments = [UInt8]((0..<50_000).flatMap { _ in [0xFF, 0xFE, 0, 2] as [UInt8] })
    let info = try JPEGStructure.parse(
      Stream.start + comments + Stream.tables([(0, fine, false)]) + Stream.frame([(1, 0x11, 0)]))
    #expect(info.markers.count <= 2000)
  }

  @Test func findingsAndFigures() throws {
    let other = StandardTables.scaled(StandardTables.chroma, quality: 60, baseline: true)
    func codes(_ chroma: [Int]) throws -> [String] {
      let info = try JPEGStructure.parse(
        Stream.start + Stream.tables([(0, fine, false), (1, chroma, false)]) + Stream.frame(three)
          + Stream.scan([1, 2, 3]) + Stream.end)
      #expect(JPEGForensics.figures(for: info).map(\.id) == ["quantisation-0", "quantisation-1"])
      return JPEGForensics.findings(for: info).map(\.code)
    }
    let same = StandardTables.scaled(StandardTables.chroma, quality: 90, baseline: true)
    #expect(try codes(same) == ["jpeg.quality"])
    #expect(try codes(other) == ["jpeg.quality", "jpeg.quality.luma-chroma-differ"])
    #expect(
      try codes([Int](repeating: 9, count: 64)) == ["jpeg.quality", "jpeg.tables.nonstandard"])
  }
}
