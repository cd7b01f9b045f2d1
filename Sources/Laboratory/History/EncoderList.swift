import FoundationEssentials
import ImageCodecs
import JPEGForensics

/// The table of known encoders, from files whose encoder is known.
public struct EncoderList: Sendable {
  /// One file: what wrote it, and where the file comes from.
  public struct Line: Sendable {
    public var encoder: KnownEncoder
    public var path: String
  }

  /// Signature → encoders, each with its files.
  public private(set) var entries: [(signature: String, encoders: [KnownEncoder])] = []

  /// - Parameter list: lines of kind (`camera` or `program`), name, source and path, with tabs
  ///   between them.
  public init(list: String) throws(LaboratoryError) {
    var found = [String: [KnownEncoder]]()
    for (index, line) in list.split(separator: "\n").enumerated() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let kind = KnownEncoder.Kind(rawValue: fields[0]) else {
        throw .malformedManifest(
          line: index + 1, detail: "expected camera or program, name, source and path")
      }
      guard let data = try? Data(contentsOf: URL(filePath: fields[3])) else {
        throw .unreadable(fields[3])
      }
      let bytes = [UInt8](data)
      guard let info = try? JPEGStructure.parse(bytes) else {
        throw .unusablePicture(file: fields[3], detail: "it is no JPEG")
      }
      let signature = bytes.withUnsafeBytes { EncoderSignature($0, info: info).text }
      var known = found[signature] ?? []
      if let same = known.firstIndex(where: { $0.name == fields[1] && $0.kind == kind }) {
        if !known[same].source.contains(fields[2]) { known[same].source += ", " + fields[2] }
      } else {
        known.append(KnownEncoder(kind, fields[1], fields[2]))
      }
      found[signature] = known
    }
    entries = found.sorted { $0.key < $1.key }.map {
      ($0.key, $0.value.sorted { $0.name < $1.name })
    }
  }

  /// `EncoderTable.swift`.
  public var swift: String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    var text = """
      // Written by scripts/make-encoder-table; do not edit.
      // swift-format-ignore-file

      /// Signature → the encoders whose files had it.
      enum EncoderTable {
        static let known: [String: [KnownEncoder]] = [

      """
    for entry in entries {
      text += "    \(quoted(entry.signature)): [\n"
      for encoder in entry.encoders {
        text += "      KnownEncoder(.\(encoder.kind.rawValue), \(quoted(encoder.name)), "
        text += "\(quoted(encoder.source))),\n"
      }
      text += "    ],\n"
    }
    return text + "  ]\n}\n"
  }

  /// A table for people.
  public var markdown: String {
    let rows = entries.flatMap { entry in
      entry.encoders.map { encoder -> [ExperimentTable.Cell] in
        [
          .text(encoder.kind.rawValue), .text(encoder.name), .text(encoder.source),
          .text(entry.signature),
        ]
      }
    }
    return ExperimentTable(
      name: "encoders", caption: "", columns: ["kind", "encoder", "seen in", "signature"],
      rows: rows
    ).markdown
  }
}
