import DeclaredOrigin
import ForensicCore
import Testing

/// Files full of junk: what it costs is bounded, and it hides nothing without a word.
@Suite struct FloodTests {
  private static let marked = ContainerTests.packet

  @Test func `texts without a meaning leave room`() throws {
    let texts = (0..<300).map { Container.textChunk("K\($0)", Array("x\($0)".utf8)) }
    let packet = Container.unicodeTextChunk("XML:com.adobe.xmp", Array(Self.marked.utf8))
    let reading = try Container.read(Container.png(texts + [packet]))
    let codes = reading.findings.map(\.code)
    #expect(codes.contains("origin.source-type"))
    #expect(codes.contains("origin.unreadable"))
    // As many as the service takes from an examiner.
    #expect(reading.declaration.map { $0.statements.count <= 256 } == true)
  }

  @Test func `comments do not hide what follows`() throws {
    let comments = (0..<1100).map { Container.commentSegment(Array("c\($0)".utf8)) }
    let file = try Container.jpeg(comments + [Container.xmpSegment(Self.marked)])
    let reading = try Container.read(file)
    #expect(reading.declaration?.origin == .generated)
    #expect(
      reading.findings.contains {
        $0.code == "origin.unreadable" && $0.summary.contains("first 1024 blocks")
      })
  }

  /// 300 texts of 50,000 values each took half a minute.
  @Test(.timeLimit(.minutes(1))) func `JSON costs so much and no more`() throws {
    let list = "[" + String(repeating: "1,", count: 49_000) + "1]"
    let texts = (0..<300).map { Container.packedTextChunk("K\($0)", Array((list + " ").utf8)) }
    let start = ContinuousClock.now
    _ = try Container.read(Container.png(texts))
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// A text that expands beyond the limit is paid for as well.
  @Test func `bombs share one budget`() throws {
    let bomb = Container.packedTextChunk("k", [UInt8](repeating: 0x61, count: 9 << 20))
    let good = Container.packedTextChunk("Software", Array("Midjourney".utf8))
    let reading = try Container.read(
      Container.png([bomb, bomb, bomb, bomb] + [good]))
    // Four limits of 8 MiB are the whole budget: what follows is refused, not read.
    #expect(reading.declaration == nil)
    #expect(reading.findings.map(\.code) == ["origin.unreadable"])
  }

  /// A thousand packets, and texts that look like settings all over.
  @Test(.timeLimit(.minutes(1))) func `all packets and texts share one budget`() throws {
    let packet = Container.packet(
      String(repeating: "<photoshop:Credit>Jane Doe / AP</photoshop:Credit>", count: 1200))
    let packets = (0..<600).map { _ in Container.xmpSegment(packet) }
    let settings = Array(("Steps: 20, Seed: 1, " + String(repeating: "a: b, ", count: 80_000)).utf8)
    let texts = (0..<40).map { Container.packedTextChunk("K\($0)", settings) }
    let start = ContinuousClock.now
    let reading = try Container.read(Container.jpeg(packets))
    _ = try Container.read(Container.png(texts))
    #expect(ContinuousClock.now - start < .seconds(15))
    #expect(reading.findings.contains { $0.summary.contains("XMP beyond 40000 values") })
  }
}
