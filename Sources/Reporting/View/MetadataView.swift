import ForensicCore

/// What the file says about itself.
enum MetadataView {
  /// A longer table is folded, and unfolded on paper.
  private static let longTable = 16

  static func fields(_ metadata: MetadataContext) -> Fields {
    var fields: Fields = [:]
    fields["camera"] = metadata.camera
    fields["makerNote"] = metadata.makerNote
    fields["orientation"] = metadata.orientation.map { value in
      "\(value) (\(ExifMeaning.codes[0x0112]?[value] ?? "not a value of the standard"))"
    }
    fields["facts"] = CaptureFacts(metadata.exif).all.map { fact -> Fields in
      ["name": fact.name, "value": fact.value]
    }
    let directories = metadata.exif.map(\.ifd).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    let groups = directories.map { directory -> Fields in
      let entries = metadata.exif.filter { $0.ifd == directory }
      return ["title": directory, "rows": entries.map { row($0, among: entries) }]
    }
    fields["groups"] = groups
    fields["none"] = groups.isEmpty ? true : nil
    fields["long"] = metadata.exif.count > longTable ? true : nil
    fields["count"] =
      metadata.exif.count == 1
      ? "1 entry" : "\(Digits.grouped(metadata.exif.count)) entries"
    return fields
  }

  private static func row(
    _ entry: MetadataContext.ExifEntry, among entries: [MetadataContext.ExifEntry]
  ) -> Fields {
    let digits = String(max(0, entry.tag), radix: 16, uppercase: true)
    let tag = "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    var row: Fields = ["name": entry.name]
    LongText.set(entry.value, in: &row)
    if entry.name != tag { row["tag"] = tag }
    row["meaning"] = ExifMeaning.words(entry, among: entries)
    return row
  }
}
