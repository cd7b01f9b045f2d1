import ForensicCore
import FoundationEssentials
import ImageCodecs
import ImageMetadata
import JPEGForensics

/// The table of known encoders, from files whose encoder is known.
public struct EncoderList: Sendable {
  /// One file: what wrote it, and where the file comes from.
  public struct Line: Sendable {
    public var encoder: KnownEncoder
    public var path: String
  }

  /// Signatures with their encoders, each with its files.
  public typealias Entries = [(signature: String, encoders: [KnownEncoder])]

  /// How the files are built.
  public private(set) var entries: Entries = []
  /// How the previews that they embed are built.
  public private(set) var previews: Entries = []

  /// - Parameter list: lines of kind (`camera` or `program`), name, source and path, with tabs
  ///   between them.
  public init(list: String) throws(LaboratoryError) {
    var found = [String: [KnownEncoder]]()
    var previews = [String: [KnownEncoder]]()
    for (index, line) in list.split(separator: "\n").enumerated() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let kind = KnownEncoder.Kind(rawValue: fields[0]) else {
        throw .malformedManifest(
          line: index + 1, detail: "expected camera or program, name, source and path")
      }
      let encoder = KnownEncoder(kind, fields[1], fields[2])
      guard let data = try? Data(contentsOf: URL(filePath: fields[3])) else {
        throw .unreadable(fields[3])
      }
      let bytes = [UInt8](data)
      guard let info = try? JPEGStructure.parse(bytes) else {
        throw .unusablePicture(file: fields[3], detail: "it is no JPEG")
      }
      bytes.withUnsafeBytes { raw in
        let signature = EncoderSignature(raw, info: info)
        Self.add(encoder, to: &found[signature.text, default: []])
        let block = MetadataReader.read(raw, image: Self.image)
        // A program may have kept a camera's preview: its own has its own order.
        if let preview = block.thumbnail.flatMap(EncoderSignature.init(preview:)),
          kind == .camera || preview.order == signature.order
        {
          Self.add(encoder, to: &previews[preview.text, default: []])
        }
      }
    }
    entries = Self.sorted(found)
    self.previews = Self.sorted(previews)
  }

  /// Previews do not depend on the picture's size.
  private static let image = ImageInfo(
    format: .jpeg, width: 1, height: 1, colorModel: "ycbcr")

  private static func add(_ encoder: KnownEncoder, to known: inout [KnownEncoder]) {
    if let same = known.firstIndex(where: { $0.name == encoder.name && $0.kind == encoder.kind }) {
      if !known[same].source.contains(encoder.source) {
        known[same].source += ", " + encoder.source
      }
    } else {
      known.append(encoder)
    }
  }

  private static func sorted(_ found: [String: [KnownEncoder]]) -> Entries {
    found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted { $0.name < $1.name }) }
  }

  /// `EncoderTable.swift`.
  public var swift: String {
    """
    // Written by scripts/make-encoder-table; do not edit.
    // swift-format-ignore-file

    enum EncoderTable {
      /// Signature → the encoders whose files had it.
      static let known: [String: [KnownEncoder]] = [
    \(Self.swift(entries))  ]

      /// Signature → the encoders whose files embed a preview that has it.
      static let previews: [String: [KnownEncoder]] = [
    \(Self.swift(previews))  ]
    }

    """
  }

  private static func swift(_ entries: Entries) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    var text = ""
    for entry in entries {
      text += "    \(quoted(entry.signature)): [\n"
      for encoder in entry.encoders {
        text += "      KnownEncoder(.\(encoder.kind.rawValue), \(quoted(encoder.name)), "
        text += "\(quoted(encoder.source))),\n"
      }
      text += "    ],\n"
    }
    return text
  }

  /// Two tables for people.
  public var markdown: String {
    Self.table("## The picture", entries) + "\n\n" + Self.table("## The preview", previews)
  }

  private static func table(_ title: String, _ entries: Entries) -> String {
    let rows = entries.flatMap { entry in
      entry.encoders.map { encoder -> [ExperimentTable.Cell] in
        [
          .text(encoder.kind.rawValue), .text(encoder.name), .text(encoder.source),
          .text(entry.signature),
        ]
      }
    }
    return title + "\n\n"
      + ExperimentTable(
        name: "encoders", caption: "", columns: ["kind", "encoder", "seen in", "signature"],
        rows: rows
      ).markdown
  }
}
