import ForensicCore
import ImageMetadata

/// The fields of XMP, IPTC and EXIF that speak of a picture's origin.
extension DeclarationCollector {
  private static let iptcExtension = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  private static let xmp = "http://ns.adobe.com/xap/1.0/"
  private static let photoshop = "http://ns.adobe.com/photoshop/1.0/"
  private static let dublinCore = "http://purl.org/dc/elements/1.1/"
  private static let event = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"

  mutating func read(_ packet: XMPPacket) {
    for name in ["DigitalSourceType", "DigitalSourcefileType"] {
      for value in packet.values[Self.iptcExtension + name] ?? [] {
        let known = DigitalSourceType.read(value)
        sourceType = sourceType ?? known?.origin
        add(
          Declaration.Statement(
            place: "XMP", name: "Digital source type", value: value, meaning: known?.meaning))
      }
    }
    let named: [(String, String, Bool)] = [
      (Self.xmp + "CreatorTool", "Creator tool", true),
      (Self.photoshop + "Credit", "Credit", true), (Self.photoshop + "Source", "Source", true),
      (Self.iptcExtension + "AISystemUsed", "AI system used", true),
      (Self.iptcExtension + "AISystemVersionUsed", "AI system version", true),
      (Self.iptcExtension + "AIPromptInformation", "AI prompt", false),
      (Self.iptcExtension + "AIPromptWriterName", "AI prompt writer", false),
      (Self.dublinCore + "creator", "Creator", false),
      (Self.dublinCore + "rights", "Rights", false),
      (Self.dublinCore + "description", "Description", false),
      ("http://ns.adobe.com/exif/1.0/UserComment", "UserComment", false),
    ]
    for (property, name, namesTool) in named {
      for value in packet.values[property] ?? [] {
        add(value, name: name, place: "XMP", namesTool: namesTool)
      }
    }
    let aiFields = ["AISystemUsed", "AIPromptInformation"].map { Self.iptcExtension + $0 }
    if aiFields.contains(where: { packet.first($0) != nil }) {
      toolOrigin = toolOrigin ?? .generated
    }
    for entry in (packet.structures["http://ns.adobe.com/xap/1.0/mm/History"] ?? []).prefix(64) {
      let fields = ["action", "softwareAgent", "when", "changed", "parameters"]
        .compactMap { entry[Self.event + $0] }
      guard !fields.isEmpty else { continue }
      let known = entry[Self.event + "softwareAgent"].flatMap(KnownGenerators.identify)
      // An early step by a generator makes the picture partly its work, whatever came later.
      if known != nil { toolOrigin = toolOrigin ?? .partlyGenerated }
      add(
        Declaration.Statement(
          place: "XMP", name: "History", value: fields.joined(separator: " · "),
          meaning: known?.meaning))
    }
  }

  /// Datasets of record 2 (IPTC-IIM 4.2, chapter 6).
  mutating func readIPTC(_ record: IPTCRecord) {
    let named = [
      (65, "Originating program", true), (110, "Credit", true), (115, "Source", true),
      (80, "By-line", false), (116, "Copyright notice", false), (120, "Caption", false),
      (40, "Special instructions", false),
    ]
    for (dataset, name, namesTool) in named {
      for value in record.values[dataset] ?? [] {
        add(value, name: name, place: "IPTC", namesTool: namesTool)
      }
    }
  }

  /// The fields in which generators leave their settings, and the camera.
  mutating func readExif(_ block: ExifBlock, camera context: MetadataContext) {
    let reader = ExifValue(bigEndian: block.bigEndian, longest: GeneratorText.longest)
    let named: [(ExifDirectory, Int, String, Bool)] = [
      (.exif, 0x9286, "UserComment", false), (.ifd0, 0x010E, "ImageDescription", false),
      (.ifd0, 0x9C9C, "XPComment", false), (.ifd0, 0x0131, "Software", true),
      (.ifd0, 0x013B, "Artist", false),
    ]
    for (directory, tag, name, namesTool) in named {
      guard let field = block.field(directory, tag) else { continue }
      let text = ExifText.trimmed(reader.text(field))
      if !text.isEmpty { add(text, name: name, place: "EXIF", namesTool: namesTool) }
    }
    // ComfyUI writes `prompt:{…}` and `workflow:{…}` into fields of WebP files that mean others.
    var isComfy = false
    for field in block.fields where field.directory == .ifd0 && (0x0100...0x0110) ~= field.tag {
      let text = reader.text(field)
      for prefix in ["prompt:", "workflow:"] where text.hasPrefix(prefix) {
        isComfy = true
        add(String(text.dropFirst(prefix.count)), name: prefix, place: "EXIF")
      }
    }
    let exposure = block.field(.exif, 0x829A) ?? block.field(.exif, 0x829D)
    if let camera = context.camera, exposure != nil, !isComfy {
      cameraInExif = true
      add(
        Declaration.Statement(
          place: "EXIF", name: "Camera", value: camera,
          meaning: "a camera and its exposure are named"
            + (context.makerNote.map { $0 == "unknown" ? "" : "; maker note of \($0)" } ?? "")))
    }
  }
}
