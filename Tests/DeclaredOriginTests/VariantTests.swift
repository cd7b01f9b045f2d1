import DeclaredOrigin
import ForensicCore
import Testing

/// The same declarations in the forms in which programs of many makers write them.
@Suite struct VariantTests {
  private static let base = "http://cv.iptc.org/newscodes/digitalsourcetype/"
  private static let name = "Iptc4xmpExt:DigitalSourceType"

  @Test(arguments: [
    "<\(name)>\n  \(base)trainedAlgorithmicMedia\n </\(name)>",
    "<\(name)>https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</\(name)>",
    "<\(name)>\(base)trainedAlgorithmicMedia/</\(name)>",
    "<\(name)>digsrctype:trainedAlgorithmicMedia</\(name)>",
    "<\(name)>TrainedAlgorithmicMedia</\(name)>",
    "<\(name) rdf:resource=\"\(base)trainedAlgorithmicMedia\"/>",
    "<\(name)><rdf:Bag><rdf:li>\(base)trainedAlgorithmicMedia</rdf:li></rdf:Bag></\(name)>",
  ])
  func `a source type`(_ properties: String) throws {
    let packet = Container.packet(properties)
    let reading = try Container.read(Container.jpeg([Container.xmpSegment(packet)]))
    #expect(reading.declaration?.origin == .generated)
    #expect(reading.findings.map(\.code) == ["origin.source-type"])
    #expect(reading.findings.map(\.weight) == [.notable])
  }

  @Test(arguments: [
    "http://example.org/trainedAlgorithmicMedia", "no trainedAlgorithmicMedia", "not/a/term", "",
  ])
  func `other values are none`(_ value: String) throws {
    let packet = Container.packet("<\(Self.name)>\(value)</\(Self.name)>")
    let reading = try Container.read(Container.jpeg([Container.xmpSegment(packet)]))
    #expect(reading.declaration?.origin == nil)
  }

  /// The first of two does not hide the second, and that they exclude each other is told.
  @Test func `two source types`() throws {
    let packet = Container.packet(
      ["digitalCapture", "trainedAlgorithmicMedia"].map {
        "<\(Self.name)>\(Self.base)\($0)</\(Self.name)>"
      }.joined())
    let reading = try Container.read(Container.jpeg([Container.xmpSegment(packet)]))
    #expect(reading.declaration?.origin == .generated)
    #expect(
      reading.findings.map(\.code) == [
        "origin.source-type", "origin.source-type", "origin.contradicts",
      ])
    #expect(reading.findings.map(\.weight) == [.information, .notable, .contradiction])
  }

  @Test(arguments: [true, false]) func `XMP in UTF-16`(_ isLow: Bool) throws {
    let text = ContainerTests.packet.replacing("\u{FEFF}", with: "")
    var bytes: [UInt8] = isLow ? [0xFF, 0xFE] : [0xFE, 0xFF]
    for unit in text.utf16 {
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
      bytes += isLow ? [low, high] : [high, low]
    }
    // Writers pad packets.
    bytes += isLow ? [0x20, 0, 0x20, 0] : [0, 0x20, 0, 0x20]
    let reading = try Container.read(Container.webp([("XMP ", bytes)]))
    #expect(reading.declaration?.origin == .generated)
    #expect(!reading.findings.contains { $0.code == "origin.unreadable" })
  }

  /// ImageMagick's way with metadata in PNG.
  @Test(arguments: [
    ("xmp", Array(ContainerTests.packet.utf8), "XMP"),
    (
      "exif",
      Array("Exif\0\0".utf8)
        + Container.exifBlock(
          exif: [(0x9286, Array("ASCII\0\0\0".utf8) + Array(ContainerTests.a1111.utf8))]), "EXIF"
    ),
    (
      "APP1", Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(ContainerTests.packet.utf8),
      "XMP"
    ),
    ("iptc", [0x1C, 2, 110, 0, 10] + Array("Midjourney".utf8), "IPTC"),
    ("8bim", Array(Container.iptcSegment([(110, Array("Midjourney".utf8))]).payload), "IPTC"),
  ])
  func `a raw profile`(_ kind: String, _ bytes: [UInt8], _ place: String) throws {
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    var text = "\n\(kind)\n\(bytes.count)\n"
    for (index, digit) in digits.enumerated() { text += (index % 36 == 35 ? digit + "\n" : digit) }
    let declaration = try #require(
      try Container.read(
        Container.png([Container.packedTextChunk("Raw profile type \(kind)", Array(text.utf8))])
      ).declaration)
    #expect(declaration.origin == .generated)
    let places = declaration.statements.map(\.place) + declaration.generations.map(\.place)
    #expect(places.allSatisfy { $0.hasPrefix(place) })
  }

  @Test(arguments: ["", "\nxmp\n", "\nxmp\n5\nzz", "\nxmp\n900\n3c", "\nxmp\n-1\n3c"])
  func `what is no raw profile stays a text`(_ text: String) throws {
    let chunk = Container.textChunk("Raw profile type xmp", Array(text.utf8))
    let reading = try Container.read(Container.png([chunk]))
    #expect(reading.declaration?.statements.map(\.place) == ["PNG text"])
    #expect(reading.findings.isEmpty)
  }

  /// Resources of Adobe's other programs stand between.
  @Test func `other resources before the IPTC record`() throws {
    var (marker, payload) = Container.iptcSegment([(110, Array("Midjourney".utf8))])
    payload.insert(
      contentsOf: Array("AgHg".utf8) + [0, 1, 0, 0, 0, 0, 0, 2, 7, 7], at: 14)
    let reading = try Container.read(Container.jpeg([(marker, payload)]))
    #expect(reading.declaration?.family == "midjourney")
  }

  static let settings = """
    {"base_model": "juggernautXL_v8", "prompt": "a fox", "seed": "77", "steps": 30, "sampler": "x"}
    """

  /// UserComment beside the other fields, as Fooocus writes it; of a second block; without a code, or
  /// with a wrong one.
  @Test func `user comments out of the way`() throws {
    func check(_ file: [UInt8], _ tool: String) throws {
      let reading = try Container.read(file)
      #expect(reading.declaration?.generations.map(\.tool) == [tool])
    }
    let settings = Array(Self.settings.utf8)
    let besides = Container.exifBlock(ifd0: [(0x9286, settings)])
    try check(Container.webp([("EXIF", besides)]), "Fooocus")
    let first = Container.exifSegment(ifd0: [(0x0131, Array("x\0".utf8))])
    let second = Container.exifSegment(exif: [(0x9286, settings)])
    try check(Container.jpeg([first, second]), "Fooocus")
    for code in ["UNICODE\0", "ASCII\0\0\0", "", "\0\0\0\0\0\0\0\0"] {
      let value = Array(code.utf8) + Array(ContainerTests.a1111.utf8)
      try check(Container.jpeg([Container.exifSegment(exif: [(0x9286, value)])]), "AUTOMATIC1111")
    }
    for code in ["", "\0\0\0\0\0\0\0\0"] {
      let value = Array(code.utf8) + Array("ünïcode 猫 ".utf8) + Array(ContainerTests.a1111.utf8)
      try check(Container.jpeg([Container.exifSegment(exif: [(0x9286, value)])]), "AUTOMATIC1111")
    }
  }

  @Test func `ComfyUI's chunk in animations`() throws {
    let graph = """
      {"1": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["2", 0]}}, "2": \
      {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox"}}}
      """
    let file = try Container.png([("comf", Array("prompt\0".utf8) + Array(graph.utf8))])
    #expect(try Container.read(file).declaration?.generations.map(\.prompt) == ["a fox"])
  }

  @Test(arguments: [
    ("AI-generated image", Declaration.Origin.generated), ("Made with AI", .generated),
    ("Imagined with AI", .generated), ("Imagined with Meta AI", .generated),
    ("KI-generiert", .generated), ("Image générée par IA", .generated),
    ("Apple Image Playground", .generated), ("Apple Photos Clean Up", .partlyGenerated),
    ("Edited with AI", .partlyGenerated), ("Not AI generated", nil), ("AI generated?", nil),
    ("Made without AI", nil), ("Meta AI", nil), ("AI", nil), ("Generated", nil),
    ("Ai Weiwei", nil), ("Created by Ai Nagai", nil),
  ])
  func `a model that is not named`(_ credit: String, _ origin: Declaration.Origin?) throws {
    let packet = Container.packet("<photoshop:Credit>\(credit)</photoshop:Credit>")
    let reading = try Container.read(Container.jpeg([Container.xmpSegment(packet)]))
    #expect(reading.declaration?.origin == origin)
  }
}
