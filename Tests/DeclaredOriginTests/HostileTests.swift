import DeclaredOrigin
import ForensicCore
import Testing

/// A hostile payload in every place that a text may stand in: it stays what it is, bounded.
@Suite struct HostileTests {
  static let payloads: [[UInt8]] = [
    Array("<script>alert(1)</script>".utf8), Array("\"><img src=x onerror=alert(1)>".utf8),
    Array("\u{1B}[31m\u{1B}]0;title\u{7}".utf8), Array("invoice\u{202E}gpj.exe".utf8),
    Array("line\nbreak\r\nand\ttab".utf8), [0xFF, 0xFE, 0x80, 0x41, 0xC3],
    [UInt8](repeating: 0x41, count: 4 << 20),
  ]

  enum Field: CaseIterable, Sendable {
    case pngText, pngPacked, pngUnicode, xmp, iptc, comment, userComment, description, a1111, comfy
  }

  /// A file with the payload in the field; `nil` where the container cannot hold it.
  private func file(_ field: Field, _ payload: [UInt8]) throws -> [UInt8]? {
    let isSmall = payload.count < 30_000
    // Structured texts are Unicode: what is not is repaired before it is put there.
    let text = String(decoding: payload, as: UTF8.self)
    let escaped = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
        ? "\\u" + String(0x10000 + Int(scalar.value), radix: 16).dropFirst() : String(scalar)
    }.joined()
    let markup = text.unicodeScalars.map { scalar in
      switch scalar {
      case "<": "&lt;"
      case "&": "&amp;"
      case "\u{1B}", "\u{7}": "?"
      default: String(scalar)
      }
    }.joined()
    switch field {
    case .pngText: return try Container.png([Container.textChunk("Author", payload)])
    case .pngPacked: return try Container.png([Container.packedTextChunk("Author", payload)])
    case .pngUnicode: return try Container.png([Container.unicodeTextChunk("Author", payload)])
    case .xmp:
      let packet = Container.packet("<photoshop:Credit>\(markup)</photoshop:Credit>")
      return try Container.png([
        Container.unicodeTextChunk("XML:com.adobe.xmp", Array(packet.utf8))
      ])
    case .iptc: return isSmall ? try Container.jpeg([Container.iptcSegment([(110, payload)])]) : nil
    case .comment: return isSmall ? try Container.jpeg([Container.commentSegment(payload)]) : nil
    case .userComment:
      let value = Array("ASCII\0\0\0".utf8) + payload
      return try Container.webp([("EXIF", Container.exifBlock(exif: [(0x9286, value)]))])
    case .description:
      return try Container.webp([("EXIF", Container.exifBlock(ifd0: [(0x010E, payload)]))])
    case .a1111:
      return try Container.png([
        Container.textChunk("parameters", payload + Array("\nSteps: 1, Seed: 2".utf8))
      ])
    case .comfy:
      let graph = """
        {"1": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["2", 0]}}, "2": \
        {"class_type": "CLIPTextEncode", "inputs": {"text": "\(escaped)"}}}
        """
      return try Container.png([Container.textChunk("prompt", Array(graph.utf8))])
    }
  }

  @Test(arguments: Field.allCases)
  func `it is read as text, and bounded`(_ field: Field) throws {
    for payload in Self.payloads {
      guard let bytes = try file(field, payload) else { continue }
      let reading = try Container.read(bytes)
      let declaration = try #require(reading.declaration, "\(field)")
      let values =
        declaration.statements.map(\.value)
        + declaration.generations.compactMap(\.prompt)
        + declaration.generations.flatMap(\.settings.values)
      #expect(!values.isEmpty)
      #expect(values.allSatisfy { $0.unicodeScalars.count < 17_000 })
      // Something of it is there, in the field's own spelling.
      let mark = String(decoding: payload.prefix(4), as: UTF8.self).prefix(1)
      let isKept = values.contains { value in
        value.contains(mark) || value.contains("\u{FFFD}") || value.contains("?")
          || value.contains("ÿþ")
      }
      #expect(isKept, "\(field): \(values.map { $0.prefix(40) })")
    }
  }

  /// A generation of thousands of long settings does not fill the report.
  @Test func `all texts together are bounded`() throws {
    let long = String(repeating: "x", count: 16_000)
    let texts = (0..<200).map { Container.textChunk("K\($0)", Array((long + "\($0)").utf8)) }
    let declaration = try #require(try Container.read(Container.png(texts)).declaration)
    let total = declaration.statements.reduce(0) { $0 + $1.value.utf8.count }
    #expect(total < 600 << 10)
    #expect(declaration.statements.last?.value.contains("left out") == true)
  }
}
