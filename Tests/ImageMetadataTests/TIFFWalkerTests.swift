import ImageMetadata
import Testing

@Suite struct TIFFWalkerTests {
  private func walk(_ bytes: [UInt8]) -> (fields: [ExifField], problems: [ExifProblem.Kind]) {
    bytes.withUnsafeBytes { raw in
      let walker = TIFFWalker(ByteView(raw))
      return (walker.fields, walker.problems.map(\.kind))
    }
  }

  private func block(_ bytes: [UInt8]) -> ExifBlock {
    bytes.withUnsafeBytes { ExifBlock(ByteView($0)) }
  }

  @Test(arguments: [true, false]) func readsAllDirectories(bigEndian: Bool) {
    var builder = TIFFBuilder(bigEndian: bigEndian)
    builder.add(.ifd0, 0x010F, text: "Maker with a long name")
    builder.add(.ifd0, 0x0112, short: 6)
    builder.add(.exif, 0x829A, rational: (1, 500))
    builder.add(.interop, 0x0001, text: "R98")
    builder.gps((51, 30, 0), "N", (0, 7, 30), "W")
    builder.add(.ifd1, 0x0103, short: 6)
    builder.thumbnail = [0xFF, 0xD8, 0xFF, 0xD9]
    let reading = builder.read()
    #expect(
      reading.context.exif.map { "\($0.ifd) \($0.name) \($0.value)" } == [
        "IFD0 Make Maker with a long name", "IFD0 Orientation 6", "IFD1 Compression 6",
        "IFD1 JPEGInterchangeFormat \(builder.block.count - 4)",
        "IFD1 JPEGInterchangeFormatLength 4", "ExifIFD ExposureTime 0.002",
        "GPS GPSLatitudeRef N", "GPS GPSLatitude 51 30 0", "GPS GPSLongitudeRef W",
        "GPS GPSLongitude 0 7 30", "InteropIFD InteroperabilityIndex R98",
      ])
    #expect(reading.thumbnail == [0xFF, 0xD8, 0xFF, 0xD9])
    #expect(reading.context.orientation == 6)
    #expect(!reading.findings.contains { $0.code == "exif.damaged" })
  }

  @Test func valuesComeFromLibexif() {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "Maker")
    builder.add(.exif, 0xC0DE, text: "a tag that nobody knows")
    let block = block(builder.block)
    #expect(block.fields.count == 2)
    #expect(block.fromLibexif == 2)
  }

  @Test func keepsWhatLibexifRefuses() {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "Maker")
    builder.fields[.ifd0]?.append(.init(tag: 0x010E, format: 2, count: 0, bytes: []))
    builder.fields[.ifd0]?.append(.init(tag: 0xC001, format: 13, count: 1, bytes: [8, 0, 0, 0]))
    let block = block(builder.block)
    #expect(block.fields.map(\.tag) == [0x010F, 0x010E, 0xC001])
    #expect(block.fromLibexif == 1)
    #expect(builder.read().context.exif.map(\.value) == ["Maker", "", "8"])
  }

  @Test func doesNotFollowLoops() {
    // IFD0 whose Exif pointer, GPS pointer and successor are IFD0 itself.
    let loop: [UInt8] = [
      0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0x25, 0x88, 4,
      0, 1, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0,
    ]
    let (fields, problems) = walk(loop)
    #expect(fields.isEmpty)
    #expect(problems == [.loop, .loop, .loop])
    #expect(block(loop).fields.isEmpty)
  }

  private static let broken: [([UInt8], ExifProblem.Kind)] = [
    ([], .header), ([0x58, 0x58, 42, 0, 8, 0, 0, 0], .header),
    ([0x49, 0x49, 43, 0, 8, 0, 0, 0], .header),
    ([0x49, 0x49, 42, 0, 255, 255, 255, 255], .directoryOutside),
    ([0x49, 0x49, 42, 0, 8, 0, 0, 0, 5, 0], .directoryCut),
  ]

  @Test(arguments: broken)
  func namesWhatIsBroken(bytes: [UInt8], kind: ExifProblem.Kind) {
    #expect(walk(bytes).problems.first == kind)
  }

  @Test(arguments: [
    (2, 0xFFFF_FFFF, ExifProblem.Kind.valueOutside), (12, 0x2000_0001, .valueOutside),
    (99, 1, .unknownFormat), (0, 1, .unknownFormat),
  ])
  func refusesFieldsThatPointOutside(format: Int, count: Int, kind: ExifProblem.Kind) {
    var builder = TIFFBuilder()
    builder.fields[.ifd0] = [.init(tag: 0x010F, format: format, count: count, bytes: [1, 2, 3])]
    builder.add(.ifd0, 0x0110, text: "Model")
    let (fields, problems) = walk(builder.block)
    #expect(fields.map(\.tag) == [0x0110])
    #expect(problems == [kind])
    let reading = builder.read()
    #expect(reading.context.exif.map(\.value) == ["Model"])
    #expect(reading.findings.first { $0.code == "exif.damaged" }?.weight == .damage)
  }

  @Test func keepsTheFirstOfTwoEqualTags() {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "first")
    builder.add(.ifd0, 0x010F, text: "second")
    #expect(walk(builder.block).problems == [.duplicate])
    #expect(builder.read().context.exif.map(\.value) == ["first"])
  }

  @Test func limitsFieldsAndTime() {
    // 65535 fields, each claiming the whole block as its value.
    var builder = TIFFBuilder()
    builder.fields[.ifd0] = (0..<65_535).map {
      .init(tag: $0, format: 1, count: 700_000, bytes: [8, 0, 0, 0])
    }
    let clock = ContinuousClock()
    let start = clock.now
    let block = block(builder.block)
    #expect(block.fields.count == TIFFWalker.mostFields)
    #expect(block.problems.contains { $0.kind == .tooMany })
    #expect(block.fields.reduce(0) { $0 + ($1.value?.count ?? 0) } < 4 << 20)
    #expect(clock.now - start < .seconds(2))
  }
}
