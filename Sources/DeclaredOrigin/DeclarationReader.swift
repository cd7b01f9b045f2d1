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
  ///   - alpha: the same with its alpha channel, 4 channels, where it has one that is not opaque: some
  ///     generators hide their settings there.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, reading: MetadataReading, pixels: PixelBuffer? = nil,
    alpha: PixelBuffer? = nil
  ) -> DeclarationReading {
    var collector = DeclarationCollector()
    collector.readBlocks(bytes, reading)
    for picture in [pixels, alpha] {
      if let text = picture.flatMap(StealthText.init) { collector.read(text) }
    }
    collector.completeNovelAI()
    if let pixels, let mark = Watermark.find(in: pixels) { collector.add(mark) }
    return collector.finish()
  }
}

/// Gathers statements from the places where they may stand, within bounds.
struct DeclarationCollector {
  var declaration = Declaration()
  var findings = [Finding]()
  /// What single statements say, heavier sources first decided in `finish`.
  var sourceTypes = Set<Declaration.Origin>()
  private(set) var toolOrigin: Declaration.Origin?
  var cameraInExif = false
  private(set) var unreadable = [String]()
  var mentions = [Mention]()

  /// Bytes of text that all statements together may bring into the report.
  var budget = 512 << 10
  /// The same for short values with a meaning, which long ones must not push out.
  var reserve = 128 << 10
  static let longestReserved = 512
  /// Bytes that compressed texts may still expand to.
  private var expansion = 32 << 20
  var room = GeneratorText.Room()
  /// Values of XMP that may still be read, of all packets.
  private var xmpRoom = 2 * XMPPacket.mostValues
  /// Of these so many may be without a meaning: they leave room for those that have one.
  static let mostStatements = 256
  static let mostUntold = 192
  static let mostGenerations = 16
  /// Ordinary files have one EXIF block.
  private static let mostExifBlocks = 4

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
        guard xmpRoom > 0 else {
          refuse("XMP beyond \(2 * XMPPacket.mostValues) values")
          continue
        }
        if let packet = packet(payload(block), label: block.label) {
          xmpRoom -= packet.count
          packets.append(packet)
        }
      // A long record goes on in the next segment.
      case .iptc: photoshop += payload(block)
      default: break
      }
    }
    let parts = blocks.filter { $0.kind == .extendedXMP }.map(payload)
    if let rest = extended(of: packets.first, parts) { packets.append(rest) }
    for packet in packets { read(packet) }
    if !photoshop.isEmpty { readIPTC(IPTCRecord(photoshop)) }
    // The camera is the first block's; programs that read another find other texts.
    for (index, block) in blocks.filter({ $0.kind == .exif }).prefix(Self.mostExifBlocks)
      .enumerated()
    {
      readExif(
        ExifBlock(ByteView(payload(block))),
        camera: index == 0 ? reading.context : MetadataContext())
    }
    if ContainerWalker.isCut(reading.blocks) {
      refuse("what follows the first \(ContainerWalker.mostBlocks) blocks of text and the like")
    }
  }

  private mutating func readText(_ payload: UnsafeRawBufferPointer, label: String) {
    let limit = min(PNGText.longest, expansion)
    guard let text = PNGText(payload, label: label, limit: limit) else {
      // One that is too long was expanded up to there all the same.
      if PNGText.isPacked(label) { expansion -= limit }
      return refuse("a PNG \(label) chunk")
    }
    if PNGText.isPacked(label) { expansion -= text.text.utf8.count }
    if let profile = RawProfile(text) { return read(profile) }
    add(text.text, name: text.keyword, place: "PNG text")
  }

  private mutating func read(_ profile: RawProfile) {
    switch profile {
    case .exif(let bytes):
      bytes.withUnsafeBytes { readExif(ExifBlock(ByteView($0)), camera: MetadataContext()) }
    case .iptc(let bytes): readIPTC(IPTCRecord(bytes))
    case .xmp(let bytes):
      do throws(XMPPacket.Failure) {
        read(try XMPPacket(bytes))
      } catch {
        refuse("XMP (\(error.rawValue))")
      }
    }
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
      let limit = min(XMPPacket.longest, expansion)
      guard let text = PNGText(payload, label: label, limit: limit) else {
        expansion -= limit
        throw .malformed
      }
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

  /// Of several source types the one that says most about a generator: a second one takes nothing of
  /// it back.
  var sourceType: Declaration.Origin? {
    [.generated, .partlyGenerated, .camera].first(where: sourceTypes.contains)
  }

  /// Takes in what a name of a tool says; of several the one that says most.
  mutating func claim(_ origin: Declaration.Origin) {
    if toolOrigin != .generated { toolOrigin = origin }
  }

  mutating func refuse(_ what: String) {
    if unreadable.count < 32, !unreadable.contains(what) { unreadable.append(what) }
  }
}
