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
    let table = ExifTable(metadata.exif)
    fields["facts"] = CaptureFacts(table).all.map { fact -> Fields in
      ["name": fact.name, "value": fact.value]
    }
    let groups = table.groups.map { group -> Fields in
      ["title": group.directory, "rows": group.entries.map { row($0, in: table) }]
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
    _ entry: MetadataContext.ExifEntry, in table: ExifTable
  ) -> Fields {
    let digits = String(max(0, entry.tag), radix: 16, uppercase: true)
    let tag = "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    var row: Fields = ["name": entry.name]
    LongText.set(entry.value, in: &row)
    if entry.name != tag { row["tag"] = tag }
    row["meaning"] = ExifMeaning.words(entry, in: table)
    return row
  }
}
