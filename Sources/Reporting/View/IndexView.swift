import ForensicCore

/// What `index.mustache` shows.
struct IndexView {
  let fields: Fields

  init(_ lines: [ReportLine], total: Int, written: Timestamp?) {
    var fields: Fields = [
      "version": ForensicVersion.current,
      "rows": lines.map(Self.row),
      "shown": Digits.grouped(lines.count),
      "total": Digits.grouped(total),
    ]
    fields["partial"] = lines.count < total ? true : nil
    fields["empty"] = lines.isEmpty ? true : nil
    fields["written"] = written?.readable
    self.fields = fields
  }

  private static func row(_ line: ReportLine) -> Fields {
    var row: Fields = ["name": line.name]
    row["link"] = RelativeLink.path(line.folder + "/report.html")
    row["hasLink"] = row["link"] == nil ? nil : true
    row["json"] = RelativeLink.path(line.folder + "/report.json")
    row["id"] = line.id
    row["class"] = line.leaning?.rawValue ?? "failed"
    row["leaning"] = line.leaning.map(Words.short) ?? "Not examined"
    row["detail"] = detail(line)
    row["quality"] = line.quality.map { "JPEG, quality \($0)" } ?? line.format.map(Words.format)
    if let width = line.width, let height = line.height {
      row["size"] = "\(Digits.grouped(width)) × \(Digits.grouped(height))"
    }
    row["alarms"] = line.alarms.flatMap {
      $0 > 0
        ? "\(Digits.grouped($0)) \($0 == 1 ? "finding" : "findings") of contradiction or damage"
        : nil
    }
    row["time"] = (line.written ?? line.received)?.readable
    row["same"] = line.sameBytesAs
    return row
  }

  /// What the report says, in a line.
  private static func detail(_ line: ReportLine) -> String? {
    if let code = line.error { return Words.failure(code) }
    switch line.leaning {
    case .generated:
      return [line.words, line.family.map { "most like \(Words.family($0))" }].compactMap(\.self)
        .joined(separator: " · ")
    case .inconclusive where line.flips == true:
      return "small changes of the picture turn the answer round"
    // The words of a ratio below the threshold would read like a statement.
    case .inconclusive where line.logLikelihoodRatio.map { $0 != 0 } == true:
      return "the likelihood ratio is below the threshold for a statement"
    default: return line.words
    }
  }
}

/// A relative reference (RFC 3986) to a file below the page's own folder.
enum RelativeLink {
  /// The path with everything but unreserved characters and `/` percent-encoded, begun with `./`
  /// so that no name can pass for a scheme; `nil` for a path that is absolute or climbs.
  static func path(_ path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { $0 == ".." || $0 == "." || $0.isEmpty }) else { return nil }
    var output = Array("./".utf8)
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        output.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
