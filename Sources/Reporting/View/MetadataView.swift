import ForensicCore

/// What the file says about itself.
enum MetadataView {
  /// A longer table is folded, and unfolded on paper.
  private static let longTable = 16

  static func fields(_ metadata: MetadataContext) -> Fields {
    var fields: Fields = [:]
    fields["camera"] = metadata.camera
    fields["makerNote"] = metadata.makerNote
    fields["orientation"] = metadata.orientation.map { "\($0) (\(orientation($0)))" }
    let directories = metadata.exif.map(\.ifd).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    let groups = directories.map { directory -> Fields in
      let entries = metadata.exif.filter { $0.ifd == directory }
      return ["title": directory, "rows": entries.map(row)]
    }
    fields["groups"] = groups
    fields["none"] = groups.isEmpty ? true : nil
    fields["long"] = metadata.exif.count > longTable ? true : nil
    fields["count"] =
      metadata.exif.count == 1
      ? "1 entry" : "\(Digits.grouped(metadata.exif.count)) entries"
    return fields
  }

  private static func row(_ entry: MetadataContext.ExifEntry) -> Fields {
    let digits = String(max(0, entry.tag), radix: 16, uppercase: true)
    let tag = "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    var row: Fields = ["name": entry.name]
    LongText.set(entry.value, in: &row)
    if entry.name != tag { row["tag"] = tag }
    return row
  }

  /// EXIF 2.32, 4.6.4 (A), Orientation: what a viewer does to show the picture upright.
  private static func orientation(_ value: Int) -> String {
    switch value {
    case 1: "upright as stored"
    case 2: "mirrored"
    case 3: "turned by 180°"
    case 4: "mirrored upside down"
    case 5: "mirrored and turned by 90° to the left"
    case 6: "shown turned by 90° to the right"
    case 7: "mirrored and turned by 90° to the right"
    case 8: "shown turned by 90° to the left"
    default: "not a value of the standard"
    }
  }
}
