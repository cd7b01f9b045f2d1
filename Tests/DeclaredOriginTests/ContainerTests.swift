import Crypto
import DeclaredOrigin
import ForensicCore
import Foundation
import ImageCodecs
import ImageMetadata
import Testing

/// Declarations count in their own containers, and nowhere else.
@Suite struct ContainerTests {
  static let trained =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
  static let packet = Container.packet(
    """
    <Iptc4xmpExt:DigitalSourceType>\(trained)</Iptc4xmpExt:DigitalSourceType>
    <xmp:CreatorTool>Adobe Firefly</xmp:CreatorTool>
    <photoshop:Credit>Made with Google AI</photoshop:Credit>
    <dc:creator><rdf:Seq><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Seq></dc:creator>
    <xmpMM:History><rdf:Seq>
    <rdf:li stEvt:action="created" stEvt:softwareAgent="Adobe Photoshop 26.0"/>
    <rdf:li rdf:parseType="Resource"><stEvt:action>saved</stEvt:action></rdf:li>
    </rdf:Seq></xmpMM:History>
    """)

  enum Kind: CaseIterable, Sendable { case jpeg, png, packedPNG, webp }

  private func file(_ kind: Kind, _ packet: String) throws -> [UInt8] {
    let bytes = Array(packet.utf8)
    let keyword = "XML:com.adobe.xmp"
    return switch kind {
    case .jpeg: try Container.jpeg([Container.xmpSegment(packet)])
    case .png: try Container.png([Container.unicodeTextChunk(keyword, bytes)])
    case .packedPNG: try Container.png([Container.unicodeTextChunk(keyword, bytes, packed: true)])
    case .webp: try Container.webp([("XMP ", bytes)])
    }
  }

  @Test(arguments: Kind.allCases) func `XMP in its container`(_ kind: Kind) throws {
    let reading = try Container.read(file(kind, Self.packet))
    let declaration = try #require(reading.declaration)
    #expect(declaration.origin == .generated)
    let values = declaration.statements.map { "\($0.name)=\($0.value)" }
    #expect(
      values == [
        "Digital source type=\(Self.trained)", "Creator tool=Adobe Firefly",
        "Credit=Made with Google AI", "Creator=A", "Creator=B",
        "History=created · Adobe Photoshop 26.0", "History=saved",
      ])
    #expect(Set(reading.findings.map(\.code)) == ["origin.source-type", "origin.tool"])
  }

  /// XMP after the end, in a comment or in a segment of another kind.
  @Test func `elsewhere it counts for nothing`() throws {
    let bytes = Array(Self.packet.utf8)
    for file in [
      try Container.jpeg() + bytes, try Container.png() + bytes, try Container.webp([]) + bytes,
      try Container.jpeg([(0xE3, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + bytes)]),
      try Container.png([("prVt", bytes)]),
    ] {
      #expect(try Container.read(file).declaration?.origin == nil)
    }
    let decoded = try (Container.jpeg() + bytes).withUnsafeBytes { try ImageDecoder.decode($0) }
    let finding = try #require(decoded.findings.first { $0.code == "decode.trailing-bytes" })
    #expect(finding.result["bytes"] == "\(bytes.count)")
    #expect(finding.summary.contains("an XMP packet, which counts for nothing"))
  }

  /// What an ingredient or a step declares is not the picture's own.
  @Test func `structures are kept apart`() throws {
    let declaration = try #require(
      try Container.read(
        file(
          .jpeg,
          Container.packet(
            """
            <xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description>
            <Iptc4xmpExt:DigitalSourceType>\(Self.trained)</Iptc4xmpExt:DigitalSourceType>
            </rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>
            <photoshop:Credit>Somebody</photoshop:Credit>
            """))
      ).declaration)
    #expect(declaration.origin == nil)
    #expect(declaration.statements.map(\.name) == ["Credit"])
  }

  @Test func `extended XMP`() throws {
    let whole = Array(
      Container.packet("<photoshop:Credit>DALL·E 2</photoshop:Credit>").utf8)
    let name = Insecure.MD5.hash(data: whole).map { String(format: "%02X", $0) }.joined()
    let main = Container.xmpSegment(
      Container.packet("<xmpNote:HasExtendedXMP>\(name)</xmpNote:HasExtendedXMP>"))
    func part(_ range: Range<Int>, length: Int? = nil) -> (marker: UInt8, payload: [UInt8]) {
      var payload = Array("http://ns.adobe.com/xmp/extension/\0\(name)".utf8)
      payload += Container.big32(length ?? whole.count)
      payload += Container.big32(range.lowerBound)
      return (0xE1, payload + whole[range])
    }
    let (first, second) = (part(0..<100), part(100..<whole.count))
    let good = try Container.read(Container.jpeg([main, second, first]))
    #expect(good.declaration?.family == "dall-e-2")
    for broken in [
      [main, first], [main, first, first], [first, second],
      [main, part(0..<100, length: 1 << 31), second],
    ] {
      let reading = try Container.read(Container.jpeg(broken))
      #expect(reading.declaration?.family == nil)
      #expect(reading.findings.map(\.code) == ["origin.unreadable"])
    }
  }

  @Test(arguments: [
    "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a", "no XML at all", "<a></b>",
    String(repeating: "<a>", count: 1000) + String(repeating: "</a>", count: 1000),
    Container.packet(String(repeating: "<photoshop:Credit>x</photoshop:Credit>", count: 20_001)),
    Container.packet(String(repeating: "<photoshop:Credit>", count: 80)),
  ])
  func `broken or hostile XMP is unreadable`(_ packet: String) throws {
    let reading = try Container.read(
      Container.png([Container.unicodeTextChunk("XML:com.adobe.xmp", Array(packet.utf8))]))
    #expect(reading.declaration == nil)
    #expect(reading.findings.map(\.code) == ["origin.unreadable"])
  }

  @Test func `IPTC, its credit and program`() throws {
    let segment = Container.iptcSegment([
      (65, Array("Midjourney".utf8)), (110, [0x4D, 0xFC, 0x6C]), (80, Array("Somebody".utf8)),
    ])
    let declaration = try #require(try Container.read(Container.jpeg([segment])).declaration)
    #expect(declaration.origin == .generated)
    #expect(declaration.family == "midjourney")
    #expect(declaration.statements.first { $0.name == "Credit" }?.value == "Mül")
  }

  /// People, makers and denials declare nothing, and say so.
  @Test(arguments: [
    "Maria Gemini/Reuters", "OpenAI handout photo of Sam Altman",
    "Black Forest Labs press office, visit of the chancellor",
  ])
  func `a name in a credit`(_ credit: String) throws {
    let camera = Container.exifSegment(
      ifd0: [(0x010F, Array("Canon\0".utf8)), (0x0110, Array("Canon EOS\0".utf8))],
      exif: [(0x829A, Array("1/60\0".utf8))])
    for name in ["Credit", "Source"] {
      let packet = Container.packet("<photoshop:\(name)>\(credit)</photoshop:\(name)>")
      let reading = try Container.read(Container.jpeg([camera, Container.xmpSegment(packet)]))
      #expect(reading.declaration?.origin == .camera)
      #expect(reading.declaration?.family == nil)
      #expect(reading.findings.map(\.code) == ["origin.mention"])
      #expect(reading.findings.map(\.weight) == [.information])
      #expect(reading.findings.first?.result == ["XMP \(name)": credit])
    }
  }

  @Test(arguments: [
    "not made with Midjourney", "Gemini Raw Converter", "Grok Scanner 1.2", "Ideogram detector",
    "Firefly III camera firmware 1.0",
  ])
  func `a name in Software`(_ software: String) throws {
    let segment = Container.exifSegment(ifd0: [(0x0131, Array(software.utf8) + [0])])
    let reading = try Container.read(Container.jpeg([segment]))
    #expect(reading.declaration?.origin == nil)
    #expect(reading.findings.map(\.code) == ["origin.mention"])
  }

  @Test(arguments: [
    ("Gemini", Declaration.Origin.generated), ("A system of our own", .generated), ("None", nil),
    ("No AI used", nil), ("n/a", nil), ("Not applicable", nil),
  ])
  func `an AI system`(_ system: String, _ origin: Declaration.Origin?) throws {
    let packet = Container.packet(
      "<Iptc4xmpExt:AISystemUsed>\(system)</Iptc4xmpExt:AISystemUsed>")
    let reading = try Container.read(Container.jpeg([Container.xmpSegment(packet)]))
    #expect(reading.declaration?.origin == origin)
    #expect(!reading.findings.map(\.code).contains("origin.mention"))
  }

  static let a1111 = "a cat\nSteps: 20, Seed: 7, Model: flux1-dev, Version: v1.9"

  /// The places in which AUTOMATIC1111 and ComfyUI leave their settings, by format.
  @Test func `settings in EXIF, comments and PNG text`() throws {
    var unicode = Array("UNICODE\0".utf8)
    for unit in Self.a1111.utf16 { unicode += Container.big16(Int(unit)) }
    let text = Array(Self.a1111.utf8)
    let graph = Array("prompt:{\"1\": {\"class_type\": \"SaveImage\", \"inputs\": {}}}\0".utf8)
    func check(_ file: [UInt8], _ tool: String, _ place: String) throws {
      let declaration = try #require(try Container.read(file).declaration, "\(place)")
      let generation = try #require(declaration.generations.first, "\(place)")
      #expect(generation.tool == tool)
      #expect(generation.place == place)
    }
    let web = "AUTOMATIC1111"
    let comment = Container.exifBlock(exif: [(0x9286, unicode)])
    let segment = Container.exifSegment(exif: [(0x9286, unicode)])
    try check(try Container.jpeg([segment]), web, "EXIF UserComment")
    try check(try Container.webp([("EXIF", comment)]), web, "EXIF UserComment")
    try check(
      try Container.jpeg([Container.commentSegment(text)]), web, "JPEG comment Comment")
    let packed = Container.packedTextChunk("parameters", text)
    try check(try Container.png([packed]), web, "PNG text parameters")
    let unpacked = Container.unicodeTextChunk("parameters", text)
    try check(try Container.png([unpacked]), web, "PNG text parameters")
    let model = Container.exifBlock(ifd0: [(0x0110, graph)])
    try check(try Container.webp([("EXIF", model)]), "ComfyUI", "EXIF prompt:")
  }

  @Test func `NovelAI's model stands in another text`() throws {
    let comment = "{\"prompt\": \"p\", \"uc\": \"u\", \"sampler\": \"k\", \"seed\": 1}"
    let declaration = try #require(
      try Container.read(
        Container.png([
          Container.textChunk("Software", Array("NovelAI".utf8)),
          Container.textChunk("Source", Array("NovelAI Diffusion V4".utf8)),
          Container.textChunk("Comment", Array(comment.utf8)),
        ])
      ).declaration)
    #expect(declaration.generations.map(\.model) == ["NovelAI Diffusion V4"])
  }

  @Test func `a camera and a generator in one file`() throws {
    let segment = Container.exifSegment(
      ifd0: [(0x010F, Array("Canon\0".utf8)), (0x0110, Array("Canon EOS\0".utf8))],
      exif: [(0x829A, Array("1/60\0".utf8))])
    let camera = try Container.read(Container.jpeg([segment]))
    #expect(camera.declaration?.origin == .camera)
    let both = try Container.read(
      Container.jpeg([segment, Container.commentSegment(Array(Self.a1111.utf8))]))
    #expect(both.declaration?.origin == .generated)
    #expect(both.findings.map(\.code).contains("origin.contradicts"))
  }

  @Test(arguments: [
    (Declaration.Origin.generated, Conclusion.Leaning.camera, Declaration.Agreement.disagree),
    (.camera, .generated, .disagree), (.generated, .generated, .agree), (.camera, .camera, .agree),
    (.generated, .inconclusive, .open), (.partlyGenerated, .camera, .open),
  ])
  func `declaration and pixels`(
    _ origin: Declaration.Origin, _ leaning: Conclusion.Leaning, _ expected: Declaration.Agreement
  ) {
    var declaration = Declaration(origin: origin)
    let conclusion = Conclusion(
      leaning: leaning, probabilityGenerated: 0.5, logLikelihoodRatio: 0, prior: 0.5, words: "",
      reason: nil, families: [:], errorRate: nil)
    let findings = declaration.compare(with: conclusion)
    #expect(declaration.pixels == expected)
    #expect(findings.map(\.code) == (expected == .disagree ? ["origin.disagrees"] : []))
  }

  /// Texts that expand a thousandfold end at their limit.
  @Test func `compressed texts are bounded`() throws {
    let bomb = [UInt8](repeating: 0x61, count: 12 << 20)
    let chunk = Container.packedTextChunk("parameters", bomb)
    let reading = try Container.read(Container.png([chunk]))
    #expect(reading.declaration == nil)
    #expect(reading.findings.map(\.code) == ["origin.unreadable"])
  }
}
