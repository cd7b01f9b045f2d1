import CExif

/// The names of EXIF tags, as the standard spells them.
package enum ExifTagName {
  /// The name of `tag` in `directory`; where the standard has none there, the name it has in
  /// another directory (some writers put fields in the wrong one), or else its number.
  package static func name(_ tag: Int, in directory: ExifDirectory) -> String {
    // JPEGInterchangeFormat and the pointers are listed by libexif under IFD0 and IFD1 alike.
    if let name = known(tag, directory) ?? later[tag] { return name }
    if directory != .gps, directory != .interop {
      for other in [ExifDirectory.ifd0, .exif, .interop] where other != directory {
        if let name = known(tag, other) { return name }
      }
    }
    return hex(tag)
  }

  /// `0xA432`.
  package static func hex(_ tag: Int) -> String {
    let digits = String(tag, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func known(_ tag: Int, _ directory: ExifDirectory) -> String? {
    guard let tag = UInt16(exactly: tag),
      let name = fexif_tag_name(tag, directory.rawValue)
    else { return nil }
    let text = String(cString: name)
    return text.isEmpty ? nil : text
  }

  /// Tags younger than libexif 0.6.24 (CIPA DC-008-2023; Microsoft's padding).
  private static let later: [Int: String] = [
    0x000B: "ProcessingSoftware", 0x4746: "Rating", 0x4749: "RatingPercent", 0xA436: "ImageTitle",
    0xA437: "Photographer", 0xA438: "ImageEditor", 0xA439: "CameraFirmware",
    0xA43A: "RAWDevelopingSoftware", 0xA43B: "ImageEditingSoftware",
    0xA43C: "MetadataEditingSoftware", 0xEA1C: "Padding", 0xEA1D: "OffsetSchema",
  ]
}
