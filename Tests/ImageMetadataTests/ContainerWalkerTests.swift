import ForensicCore
import ImageMetadata
import Testing

@Suite struct ContainerWalkerTests {
  private func blocks(_ bytes: [UInt8], _ format: ImageFormat) -> [MetadataBlock] {
    bytes.withUnsafeBytes { ContainerWalker.blocks(in: ByteView($0), format: format) }
  }

  private static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
    let length = (0..<4).map { UInt8(payload.count >> (24 - 8 * $0) & 255) }
    return length + Array(type.utf8) + payload + [0, 0, 0, 0]
  }

  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]

  private static func riff(_ chunks: [(String, [UInt8])], size: Int? = nil) -> [UInt8] {
    func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    var body = [UInt8]()
    for (name, payload) in chunks {
      body += Array(name.utf8) + little(payload.count) + payload
      if payload.count % 2 == 1 { body.append(0) }
    }
    return Array("RIFF".utf8) + little(size ?? body.count + 4) + Array("WEBP".utf8) + body
  }

  private static let segments: [(UInt8, String, MetadataBlock.Kind)] = [
    (0xE0, "JFIF\0", .jfif), (0xE1, "Exif\0\0", .exif),
    (0xE1, "http://ns.adobe.com/xap/1.0/\0", .xmp),
    (0xE1, "http://ns.adobe.com/xmp/extension/\0", .extendedXMP), (0xE2, "ICC_PROFILE\0", .icc),
    (0xE2, "MPF\0", .multiPicture), (0xED, "Photoshop 3.0\0", .iptc),
    (0xEE, "Adobe", .adobe), (0xFE, "", .comment), (0xE7, "", .other),
  ]

  @Test(arguments: segments)
  func namesJPEGSegments(marker: UInt8, signature: String, kind: MetadataBlock.Kind) {
    let payload = Array(signature.utf8) + [1, 2, 3]
    let file = [0xFF, 0xD8] + TIFFBuilder.segment(marker, payload) + [0xFF, 0xD9]
    let found = blocks(file, .jpeg)
    #expect(found.map(\.kind) == [kind])
    #expect(found.first?.offset == 6 + signature.utf8.count)
    #expect(found.first?.length == 3)
    #expect(found.first?.truncated == false)
  }

  private static func box(_ instance: UInt8, _ sequence: UInt8, _ body: String) -> [UInt8] {
    TIFFBuilder.segment(
      0xEB, Array("JP".utf8) + [0, instance, 0, 0, 0, sequence, 0, 0, 0, 60] + Array(body.utf8))
  }

  /// Only a store, and the segments that go on with it, are Content Credentials.
  @Test(
    arguments: [
      ([(1, 1, "jumb\0\0\0\u{1E}jumdc2pa"), (1, 2, "jumbmore")], [.c2pa, .c2pa]),
      ([(1, 1, "jumb\0\0\0\u{1E}jumdjson"), (1, 2, "jumbmore")], [.jumbf, .jumbf]),
      ([(1, 1, "jumbjunk junk junk")], [.jumbf]), ([(1, 1, "RESI\0\0\0\0")], [.other]),
      ([(1, 1, "xumb\0\0\0\u{1E}jumdc2pa"), (2, 1, "jumbmore")], [.c2pa, .jumbf]),
    ] as [([(UInt8, UInt8, String)], [MetadataBlock.Kind])])
  func tellsContentCredentialsFromOtherBoxes(
    boxes: [(UInt8, UInt8, String)], kinds: [MetadataBlock.Kind]
  ) {
    var file: [UInt8] = [0xFF, 0xD8]
    for box in boxes { file += Self.box(box.0, box.1, box.2) }
    file += [0xFF, 0xD9]
    #expect(blocks(file, .jpeg).map(\.kind) == kinds)
  }

  @Test func stopsAtTheFirstScan() {
    let start: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2]
    let file = start + TIFFBuilder.segment(0xE1, Array("Exif\0\0".utf8))
    #expect(blocks(file, .jpeg).isEmpty)
  }

  @Test func passesOverFillBytesAndJunkBetweenSegments() {
    let file: [UInt8] = [
      0xFF, 0xD8, 0, 7, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFE, 0, 3, 65, 0xFF, 0xD9,
    ]
    #expect(blocks(file, .jpeg).map(\.kind) == [.comment])
  }

  @Test func marksATruncatedSegment() {
    let file: [UInt8] = [0xFF, 0xD8, 0xFF, 0xFE, 0xFF, 0xFF, 1, 2]
    #expect(
      blocks(file, .jpeg) == [
        MetadataBlock(kind: .comment, offset: 6, length: 2, label: "COM", truncated: true)
      ])
  }

  /// Junk before a block of a known kind does not hide it, and is no longer listed after so many.
  @Test func junkHidesNothing() {
    let comment = TIFFBuilder.segment(0xFE, [65])
    let exif = TIFFBuilder.segment(0xE1, Array("Exif\0\0".utf8) + [1])
    let comments = (0..<3000).flatMap { _ in comment }
    let found = blocks([0xFF, 0xD8] + comments + exif + comment + [0xFF, 0xD9], .jpeg)
    #expect(found.count == ContainerWalker.mostBlocks + 1)
    #expect(found.last?.kind == .exif)
    #expect(ContainerWalker.isCut(found))
    #expect(!ContainerWalker.isCut(blocks([0xFF, 0xD8] + comment + exif, .jpeg)))
    let texts = (0..<3000).flatMap { _ in Self.chunk("tEXt", [65]) }
    #expect(blocks(Self.png + texts + Self.chunk("eXIf", [1]), .png).last?.kind == .exif)
  }

  @Test func namesPNGChunks() {
    let chunks: [(String, [UInt8])] = [
      ("IHDR", []), ("eXIf", [1]), ("iCCP", [2]), ("caBX", []), ("tEXt", []), ("zTXt", []),
      ("iTXt", Array("XML:com.adobe.xmp\0".utf8)), ("iTXt", [65]), ("IDAT", [0]), ("tIME", []),
      ("IEND", []), ("tEXt", [66]),
    ]
    let file = Self.png + chunks.flatMap { Self.chunk($0.0, $0.1) }
    let found = blocks(file, .png)
    #expect(
      found.map(\.kind) == [
        .exif, .icc, .c2pa, .pngText, .pngText, .xmp, .pngText, .other,
      ])
    #expect(found.first == MetadataBlock(kind: .exif, offset: 28, length: 1, label: "eXIf"))
  }

  @Test func namesWebPChunksWithinTheRIFFSize() {
    let chunks: [(String, [UInt8])] = [
      ("VP8X", [UInt8](repeating: 0, count: 10)), ("EXIF", Array("Exif\0\0II".utf8)),
      ("XMP ", [1]), ("ICCP", [2]), ("C2PA", [3]),
    ]
    let whole = blocks(Self.riff(chunks), .webp)
    #expect(whole.map(\.kind) == [.exif, .xmp, .icc, .c2pa])
    #expect(whole.first?.length == 2)
    #expect(blocks(Self.riff(chunks, size: 4 + 18), .webp).isEmpty)
  }

  @Test(arguments: ImageFormat.allCases) func takesNothingFromOtherBytes(format: ImageFormat) {
    #expect(blocks([], format).isEmpty)
    #expect(blocks(Array("some text that is no picture".utf8), format).isEmpty)
  }

  @Test func readsExifFromEveryContainer() {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "Maker")
    let png =
      Self.png + Self.chunk("IHDR", []) + Self.chunk("eXIf", builder.block)
      + Self.chunk("IEND", [])
    let webp = Self.riff([("EXIF", builder.block)])
    let prefixed = Self.riff([("EXIF", Array("Exif\0\0".utf8) + builder.block)])
    for (bytes, format) in [
      (builder.jpeg, ImageFormat.jpeg), (png, .png), (webp, .webp), (prefixed, .webp),
    ] {
      let image = ImageInfo(format: format, width: 1, height: 1, colorModel: "rgb")
      let reading = bytes.withUnsafeBytes { MetadataReader.read($0, image: image) }
      #expect(reading.context.exif.map(\.value) == ["Maker"])
      #expect(reading.context.camera == "Maker")
    }
  }
}
