import ForensicCore
import ImageCodecs
import ImageMetadata

/// What was read of a file's declarations.
public struct DeclarationReading: Hashable, Sendable {
  /// `nil` where the file declares nothing.
  public var declaration: Declaration?
  public var findings: [Finding]
}

/// Reads what a file declares about the origin of its picture.
public enum DeclarationReader {
  /// Reads the blocks that `MetadataReader` found in the container, and nothing else: what is
  /// appended after the picture, or hidden elsewhere, is no declaration.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - reading: what `MetadataReader` read of the same bytes.
  ///   - pixels: the decoded picture as stored, 3 channels, where a watermark is looked for.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, reading: MetadataReading, pixels: PixelBuffer? = nil
  ) -> DeclarationReading {
    var collector = DeclarationCollector()
    collector.readBlocks(bytes, reading)
    if let pixels, let mark = Watermark.find(in: pixels) { collector.add(mark) }
    return collector.finish()
  }
}

/// Gathers statements from the places where they may stand, within bounds.
struct DeclarationCollector {
  var declaration = Declaration()
  var findings = [Finding]()
  /// What single statements say, heavier sources first decided in `finish`.
  var sourceType: Declaration.Origin?
  var toolOrigin: Declaration.Origin?
  var cameraInExif = false
  private(set) var unreadable = [String]()
  var mentions = [Mention]()

  /// Bytes of text that all statements together may bring into the report.
  private var budget = 512 << 10
  /// Bytes that compressed texts may still expand to.
  private var expansion = 32 << 20
  private static let mostStatements = 256
  private static let mostGenerations = 16

  mutating func readBlocks(_ bytes: UnsafeRawBufferPointer, _ reading: MetadataReading) {
    func payload(_ block: MetadataBlock) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: bytes[block.offset..<(block.offset + block.length)])
    }
    let blocks = reading.blocks.filter {
      $0.offset >= 0 && $0.length >= 0 && $0.offset + $0.length <= bytes.count
    }
    var photoshop = [UInt8]()
    var packets = [XMPPacket]()
    for block in blocks {
      switch block.kind {
      case .pngText: readText(payload(block), label: block.label)
      case .comment: readComment(payload(block))
      case .xmp:
        if let packet = packet(payload(block), label: block.label) { packets.append(packet) }
      // A long record goes on in the next segment.
      case .iptc: photoshop += payload(block)
      default: break
      }
    }
    let parts = blocks.filter { $0.kind == .extendedXMP }.map(payload)
    if let rest = extended(of: packets.first, parts) { packets.append(rest) }
    for packet in packets { read(packet) }
    if !photoshop.isEmpty { readIPTC(IPTCRecord(photoshop)) }
    if let block = blocks.first(where: { $0.kind == .exif }) {
      readExif(ExifBlock(ByteView(payload(block))), camera: reading.context)
    }
    completeNovelAI()
  }

  private mutating func readText(_ payload: UnsafeRawBufferPointer, label: String) {
    guard let text = PNGText(payload, label: label, limit: min(PNGText.longest, expansion)) else {
      return refuse("a PNG \(label) chunk")
    }
    if label != "tEXt" { expansion -= text.text.utf8.count }
    add(text.text, name: text.keyword, place: "PNG text")
  }

  private mutating func readComment(_ payload: UnsafeRawBufferPointer) {
    let content = payload.prefix { $0 != 0 }
    let text = String(validating: content, as: UTF8.self) ?? ExifText.text(content)
    if !text.isEmpty { add(text, name: "Comment", place: "JPEG comment") }
  }

  private mutating func packet(
    _ payload: UnsafeRawBufferPointer, label: String
  ) -> XMPPacket? {
    do throws(XMPPacket.Failure) {
      guard label == "iTXt" else { return try XMPPacket(payload) }
      guard let text = PNGText(payload, label: label, limit: min(XMPPacket.longest, expansion))
      else { throw .malformed }
      expansion -= text.text.utf8.count
      return try XMPPacket(Array(text.text.utf8))
    } catch {
      refuse("XMP (\(error.rawValue))")
      return nil
    }
  }

  /// The rest of a packet too long for one segment (XMP specification, part 3, 1.1.3.1).
  private mutating func extended(
    of main: XMPPacket?, _ parts: [UnsafeRawBufferPointer]
  ) -> XMPPacket? {
    guard !parts.isEmpty else { return nil }
    guard let name = main?.first("http://ns.adobe.com/xmp/note/HasExtendedXMP") else {
      refuse("extended XMP that the main packet does not name")
      return nil
    }
    do throws(XMPPacket.Failure) {
      return try XMPPacket(ExtendedXMP.assemble(parts, name: name))
    } catch {
      refuse("extended XMP (\(error.rawValue))")
      return nil
    }
  }

  /// NovelAI names its model in another text than its settings.
  private mutating func completeNovelAI() {
    let source = declaration.statements.first { $0.place == "PNG text" && $0.name == "Source" }
    for index in declaration.generations.indices
    where declaration.generations[index].tool == "NovelAI" {
      declaration.generations[index].model = declaration.generations[index].model ?? source?.value
    }
  }

  mutating func refuse(_ what: String) {
    if unreadable.count < 32 { unreadable.append(what) }
  }

  /// Takes a text: as a generation where it reads as one, as a statement otherwise.
  mutating func add(
    _ text: String, name: String, place: String, field: GeneratorName.Field? = nil
  ) {
    if var generation = GeneratorText.read(text, keyword: name) {
      generation.place = "\(place) \(name)"
      return add(generation)
    }
    // In PNG text, Source is the device or program (W3C PNG, 11.3.3.1), unlike in XMP and IPTC.
    let isTool = place == "PNG text" && ["Software", "Source"].contains(name)
    let field = isTool ? .tool : field
    let known = field.flatMap { GeneratorName.claim(text, in: $0) }
    toolOrigin = toolOrigin ?? known?.origin
    if known == nil, field == .tool || field == .credit { note(text, name: name, place: place) }
    add(
      Declaration.Statement(place: place, name: name, value: text, meaning: known?.meaning))
  }

  mutating func add(_ statement: Declaration.Statement) {
    guard declaration.statements.count < Self.mostStatements else { return }
    var statement = statement
    statement.name = bounded(statement.name, longest: 128)
    statement.value = bounded(statement.value)
    if !declaration.statements.contains(statement) { declaration.statements.append(statement) }
  }

  mutating func add(_ generation: Declaration.Generation) {
    guard declaration.generations.count < Self.mostGenerations else { return }
    var bounded = generation
    bounded.place = self.bounded(generation.place, longest: 160)
    bounded.tool = self.bounded(generation.tool, longest: 256)
    bounded.model = generation.model.map { self.bounded($0, longest: 1024) }
    bounded.prompt = generation.prompt.map { self.bounded($0) }
    bounded.negativePrompt = generation.negativePrompt.map { self.bounded($0) }
    bounded.seed = generation.seed.map { self.bounded($0, longest: 256) }
    bounded.steps = generation.steps.map { self.bounded($0, longest: 256) }
    bounded.sampler = generation.sampler.map { self.bounded($0, longest: 256) }
    bounded.guidance = generation.guidance.map { self.bounded($0, longest: 256) }
    bounded.settings = [:]
    for (name, value) in generation.settings.sorted(by: { $0.key < $1.key }) {
      bounded.settings[self.bounded(name, longest: 128)] = self.bounded(value)
    }
    bounded.family = DeclaredFamily.name([bounded.model, bounded.tool])
    // ComfyUI saves the graph that was run and the one in the editor: one is enough.
    let isKnown = declaration.generations.contains {
      $0.tool == bounded.tool && $0.seed == bounded.seed && $0.prompt == bounded.prompt
    }
    if !isKnown { declaration.generations.append(bounded) }
  }

  /// The text, cut after `longest` scalars or where the budget of all texts ends, and saying so.
  private mutating func bounded(_ text: String, longest: Int = 16_384) -> String {
    let cut = text.unicodeScalars.prefix(longest)
    let isWhole = cut.endIndex == text.endIndex
    guard text.utf8.distance(from: text.startIndex, to: cut.endIndex) <= budget else {
      return "… (left out: the file declares too much)"
    }
    budget -= text.utf8.distance(from: text.startIndex, to: cut.endIndex)
    return isWhole ? text : String(cut) + "… (cut; \(text.utf8.count) bytes in all)"
  }
}
