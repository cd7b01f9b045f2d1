import ForensicCore
import ImageMetadata
import Testing

/// Each finding from a block made to cause it, and its absence from one that should not.
@Suite struct FindingTests {
  private static func camera() -> TIFFBuilder {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "Maker")
    builder.add(.ifd0, 0x0110, text: "Model 1")
    builder.add(.exif, 0x829A, rational: (1, 60))
    return builder
  }

  private func weights(_ reading: MetadataReading) -> [String: Finding.Weight] {
    Dictionary(reading.findings.map { ($0.code, $0.weight) }) { first, _ in first }
  }

  @Test func aCameraFileHasNothingNotable() {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0132, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0x9003, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0x9004, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0xA002, short: 640)
    builder.add(.exif, 0xA003, short: 480)
    builder.add(.ifd0, 0x0112, short: 1)
    let reading = builder.read()
    #expect(weights(reading) == ["exif.present": .information])
    #expect(reading.context.camera == "Maker Model 1")
  }

  /// ComfyUI writes its graphs into these fields of WebP files.
  @Test(arguments: ["prompt:{\"1\": {}}", "workflow:{\"nodes\": []}"])
  func aGraphIsNoCamera(graph: String) {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: graph)
    builder.add(.ifd0, 0x0110, text: graph)
    let reading = builder.read()
    #expect(reading.context.camera == nil)
    #expect(weights(reading) == ["exif.present": .information, "exif.stripped": .information])
  }

  @Test func aFileWithoutExifIsOnlyInformation() {
    let bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xD9]
    let image = ImageInfo(format: .jpeg, width: 1, height: 1, colorModel: "rgb")
    let reading = bytes.withUnsafeBytes { MetadataReader.read($0, image: image) }
    #expect(weights(reading) == ["exif.absent": .information])
  }

  private static let sizes: [(Int, Int, Finding.Weight?)] = [
    (640, 480, nil), (480, 640, .information), (1280, 960, .notable), (640, 360, .notable),
    (0, 0, nil),
  ]

  @Test(arguments: sizes) func comparesTheSize(width: Int, height: Int, weight: Finding.Weight?) {
    var builder = Self.camera()
    builder.add(.exif, 0xA002, long: width)
    builder.add(.exif, 0xA003, long: height)
    #expect(weights(builder.read())["exif.size-mismatch"] == weight)
  }

  private static let orientations: [(Int, Finding.Weight?, Int?)] = [
    (0, .information, nil), (1, nil, 1), (6, .information, 6), (8, .information, 8),
    (9, .notable, nil),
  ]

  @Test(arguments: orientations)
  func readsOrientation(value: Int, weight: Finding.Weight?, orientation: Int?) {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0112, short: value)
    #expect(weights(builder.read())["exif.orientation"] == weight)
    #expect(builder.read().context.orientation == orientation)
  }

  private static let programs: [(String, KnownSoftware.Kind?)] = [
    ("Adobe Photoshop 25.1 (Windows)", .editor), ("GIMP 2.10.34", .editor),
    ("Midjourney v6", .generator), ("Ver.1.00 ", nil), ("Digital Camera X Version1.00", nil),
    ("17.2.1", nil), ("", nil), ("Gemini Raw Converter", nil), ("Imagen 10.2 (photo editing)", nil),
    ("not made with Midjourney", nil), ("Firefly III camera firmware 1.0", nil),
    ("AI generated;txt2img;flux", .generator), ("ComfyUI", .generator),
  ]

  @Test(arguments: programs) func knowsPrograms(name: String, kind: KnownSoftware.Kind?) {
    #expect(KnownSoftware.identify(name) == kind)
  }

  /// A later date and an XMP packet alone are no certain sign of a program.
  @Test(arguments: [(nil, "this may not be the file"), ("GIMP 2.10", "this is not the file")])
  func saysHowCertainRewritingIs(software: String?, words: String) {
    var builder = Self.camera()
    if let software { builder.add(.ifd0, 0x0131, text: software) }
    builder.add(.ifd0, 0x0132, text: "2024:05:06 07:12:09")
    builder.add(.exif, 0x9003, text: "2024:05:06 07:08:09")
    let xmp = TIFFBuilder.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<a/>".utf8))
    let file = [0xFF, 0xD8] + xmp + builder.jpeg.dropFirst(2)
    let image = ImageInfo(format: .jpeg, width: 640, height: 480, colorModel: "ycbcr")
    let reading = file.withUnsafeBytes { MetadataReader.read($0, image: image) }
    let finding = reading.findings.first { $0.code == "exif.rewritten" }
    #expect(finding?.summary.contains(words) == true)
  }

  @Test func tellsRewrittenFromStripped() {
    var edited = Self.camera()
    edited.add(.ifd0, 0x0131, text: "Adobe Photoshop 25.1")
    edited.add(.ifd0, 0x0132, text: "2024:06:01 10:00:00")
    edited.add(.exif, 0x9003, text: "2024:05:06 07:08:09")
    let rewritten = weights(edited.read())
    #expect(rewritten["exif.rewritten"] == .notable)
    #expect(rewritten["exif.software"] == .information)
    #expect(rewritten["exif.stripped"] == nil)
    #expect(rewritten["exif.dates.contradict"] == nil)

    var remains = TIFFBuilder()
    remains.add(.ifd0, 0x0112, short: 1)
    remains.add(.ifd0, 0x011A, rational: (72, 1))
    let stripped = weights(remains.read())
    #expect(stripped == ["exif.present": .information, "exif.stripped": .information])
  }

  @Test func everyFindingIsWhole() {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0131, text: "GIMP")
    builder.add(.exif, 0x9003, text: "1980:01:01 00:00:00")
    builder.gps((91, 0, 0), "N", (0, 0, 0), "E")
    for finding in builder.read().findings {
      #expect(finding.code.hasPrefix("exif."))
      #expect(finding.summary.hasSuffix("."))
      #expect(!finding.method.isEmpty)
      #expect(finding.limits?.isEmpty == false)
    }
  }
}
