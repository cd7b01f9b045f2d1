import ForensicCore

/// What an examiner reads from the metadata, one finding an observation. Everything here is what
/// the file declares; none of it is measured on the picture.
package struct ExifFindings {
  let block: ExifBlock?
  let facts: ExifFacts
  let blocks: [MetadataBlock]
  let image: ImageInfo
  let asOf: Timestamp?

  package init(
    block: ExifBlock?, facts: ExifFacts, blocks: [MetadataBlock], image: ImageInfo,
    asOf: Timestamp? = nil
  ) {
    self.block = block
    self.facts = facts
    self.blocks = blocks
    self.image = image
    self.asOf = asOf
  }

  /// All findings, in a fixed order.
  package var all: [Finding] {
    [presence, stripped, damaged, software, rewritten].compactMap { $0 } + dateFindings
      + [
        position, impossiblePosition, placeWithoutHemisphere, impossibleAltitude, orientation,
        sizeMismatch,
      ].compactMap { $0 }
  }

  static let declared =
    "EXIF is a declaration: any program can write, change or remove it without touching the picture."

  /// How often each kind of block occurs: `exif`, `xmp × 2`, …
  var blockList: String {
    MetadataBlock.Kind.allCases.compactMap { kind in
      let count = blocks.count { $0.kind == kind }
      return count == 0 ? nil : count == 1 ? kind.rawValue : "\(kind.rawValue) × \(count)"
    }.joined(separator: ", ")
  }

  private var presence: Finding? {
    guard let block, !block.fields.isEmpty else {
      return Finding(
        code: "exif.absent", method: "Search of the container for an EXIF block",
        summary: "The file carries no camera data (EXIF); most pictures shared online have none.",
        result: ["metadata blocks": blockList.isEmpty ? "none" : blockList],
        limits: "Absence says nothing about how the picture was made: sharing services, messengers "
          + "and screenshots remove or never write EXIF.")
    }
    var result = [
      "fields": String(block.fields.count), "metadata blocks": blockList,
      "byte order": block.bigEndian ? "big-endian" : "little-endian",
      "embedded preview": block.thumbnail.map { "\($0.count) bytes" } ?? "none",
    ]
    for directory in ExifDirectory.allCases {
      let count = block.fields.count { $0.directory == directory }
      if count > 0 { result["fields in \(directory.name)"] = String(count) }
    }
    result["camera"] = facts.context.camera
    result["maker note"] = facts.context.makerNote
    let copies = blocks.count { $0.kind == .exif }
    if copies > 1 { result["EXIF blocks"] = "\(copies), the first was read" }
    let summary =
      facts.context.camera.map { "The file names a camera: \($0)." }
      ?? "The file carries EXIF data, but names no camera."
    return Finding(
      code: "exif.present", method: "Reading of all EXIF directories (CIPA DC-008) with libexif",
      summary: summary, result: result, limits: Self.declared)
  }
}
