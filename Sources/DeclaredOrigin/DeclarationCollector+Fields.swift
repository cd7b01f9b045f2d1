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
        if let origin = known?.origin { sourceTypes.insert(origin) }
        add(
          Declaration.Statement(
            place: "XMP", name: "Digital source type", value: value, meaning: known?.meaning))
      }
    }
    let named: [(String, String, GeneratorName.Field?)] = [
      (Self.xmp + "CreatorTool", "Creator tool", .tool),
      (Self.photoshop + "Credit", "Credit", .credit),
      (Self.photoshop + "Source", "Source", .credit),
      (Self.iptcExtension + "AISystemUsed", "AI system used", .system),
      (Self.iptcExtension + "AISystemVersionUsed", "AI system version", .system),
      (Self.iptcExtension + "AIPromptInformation", "AI prompt", nil),
      (Self.iptcExtension + "AIPromptWriterName", "AI prompt writer", nil),
      (Self.dublinCore + "creator", "Creator", nil),
      (Self.dublinCore + "rights", "Rights", nil),
      (Self.dublinCore + "description", "Description", nil),
      ("http://ns.adobe.com/exif/1.0/UserComment", "UserComment", nil),
    ]
    for (property, name, field) in named {
      for value in packet.values[property] ?? [] {
        add(value, name: name, place: "XMP", field: field)
      }
    }
    let system = packet.first(Self.iptcExtension + "AISystemUsed")
    let prompt = packet.first(Self.iptcExtension + "AIPromptInformation")
    if prompt != nil || system.map(Self.isDenial) == false {
      claim(.generated)
    }
    for entry in (packet.structures["http://ns.adobe.com/xap/1.0/mm/History"] ?? []).prefix(64) {
      let fields = ["action", "softwareAgent", "when", "changed", "parameters"]
        .compactMap { entry[Self.event + $0] }
      guard !fields.isEmpty else { continue }
      let known = entry[Self.event + "softwareAgent"].flatMap { agent in
        GeneratorName.claim(agent, in: .tool)
      }
      // An early step by a generator makes the picture partly its work, whatever came later.
      if known != nil { claim(.partlyGenerated) }
      add(
        Declaration.Statement(
          place: "XMP", name: "History", value: fields.joined(separator: " · "),
          meaning: known?.meaning))
    }
  }

  /// `None`, `no AI used`, `n/a`: the field is filled in, and names no system.
  private static func isDenial(_ system: String) -> Bool {
    let words = system.prefix(64).lowercased().split { !$0.isLetter && !$0.isNumber }
    guard let first = words.first else { return true }
    return denials.contains(first) || words == ["n", "a"]
  }

  /// In the languages of the agencies that fill in the field.
  private static let denials: Set<Substring> = [
    "no", "none", "not", "nil", "null", "without", "false", "0", "unknown", "human",
    "kein", "keine", "keines", "nein", "ohne", "unbekannt", "aucun", "aucune", "non", "sans",
    "ninguno", "ninguna", "nessuno", "nessuna", "nenhum", "nenhuma", "geen", "ingen", "brak",
  ]

  /// Datasets of record 2 (IPTC-IIM 4.2, chapter 6).
  mutating func readIPTC(_ record: IPTCRecord) {
    let named: [(Int, String, GeneratorName.Field?)] = [
      (65, "Originating program", .tool), (110, "Credit", .credit), (115, "Source", .credit),
      (80, "By-line", nil), (116, "Copyright notice", nil), (120, "Caption", nil),
      (40, "Special instructions", nil),
    ]
    for (dataset, name, field) in named {
      for value in record.values[dataset] ?? [] {
        add(value, name: name, place: "IPTC", field: field)
      }
    }
  }

  /// The fields in which generators leave their settings, and the camera.
  mutating func readExif(_ block: ExifBlock, camera context: MetadataContext) {
    let reader = ExifValue(bigEndian: block.bigEndian, longest: GeneratorText.longest)
    let named: [(ExifDirectory, Int, String, GeneratorName.Field?)] = [
      (.exif, 0x9286, "UserComment", nil),
      // Fooocus puts it there.
      (.ifd0, 0x9286, "UserComment", nil), (.ifd0, 0x010E, "ImageDescription", nil),
      (.ifd0, 0x9C9C, "XPComment", nil), (.ifd0, 0x0131, "Software", .tool),
      (.ifd0, 0x013B, "Artist", nil),
    ]
    for (directory, tag, name, kind) in named {
      guard let field = block.field(directory, tag) else { continue }
      let text = ExifText.trimmed(reader.text(field))
      if !text.isEmpty { add(text, name: name, place: "EXIF", field: kind) }
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
