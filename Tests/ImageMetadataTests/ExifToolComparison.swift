import ForensicCore
import Foundation
import ImageMetadata

/// A way in which a field is allowed to differ from ExifTool's, and why.
enum ExifToolDifference: String, CaseIterable {
  case apex, angle, clock, offset, preview, padding, makerNote, printImage, recovered

  /// What is reported here, what ExifTool reports, why.
  var columns: (here: String, exifTool: String, why: String) {
    switch self {
    case .apex:
      (
        "the stored APEX value *v*", "2^−*v* seconds, or the f-number 2^(*v*/2)",
        "a report shows what is stored; ExposureTime and FNumber carry the converted values"
      )
    case .angle:
      (
        "degrees, minutes, seconds as stored", "one number of degrees",
        "as stored; the finding `exif.gps` has decimal degrees"
      )
    case .clock:
      (
        "hours, minutes, seconds as stored", "`hh:mm:ss`", "as stored: three rationals"
      )
    case .offset:
      (
        "the stored offset, from the start of the TIFF block", "the offset in the file",
        "as stored; `MetadataReading.blocks` has the block's own place in the file"
      )
    case .preview:
      (
        "no field; the bytes are `MetadataReading.thumbnail`", "a field ThumbnailImage",
        "it is no field of the standard: ExifTool makes it of ThumbnailOffset and ThumbnailLength"
      )
    case .padding:
      ("the first 64 bytes in hexadecimal", "a placeholder", "the bytes are shown")
    case .makerNote:
      (
        "the field, its first 64 bytes in hexadecimal", "decoded into fields of its own",
        "its maker is identified; its content is not decoded"
      )
    case .printImage:
      (
        "the field, in hexadecimal", "decoded into fields of its own",
        "instructions to printers: kept, not decoded"
      )
    case .recovered:
      (
        "the fields of the directory", "nothing",
        "the pointer to the directory has a wrong type; libexif follows it, ExifTool does not; the "
          + "finding `exif.damaged` says so"
      )
    }
  }
}

/// One file's EXIF fields beside ExifTool's.
struct ExifToolComparison {
  private(set) var identical = 0
  private(set) var compared = 0
  /// Fields that differ in a known way, which was verified by converting the value.
  private(set) var explained = [(difference: ExifToolDifference, field: String)]()
  private(set) var unexplained = [String]()

  init(_ name: String) throws {
    let groups: Set<String> = ["IFD0", "IFD1", "ExifIFD", "GPS", "InteropIFD"]
    let reading = try Fixtures.read(name)
    let base = reading.blocks.first { $0.kind == .exif }?.offset ?? 0
    var left = [String: MetadataContext.ExifEntry]()
    for entry in reading.context.exif { left["\(entry.ifd):\(entry.tag)"] = entry }
    for (key, value) in Fixtures.expected[name] ?? [:] {
      let parts = key.split(separator: ":").map(String.init)
      guard parts.count == 2, groups.contains(parts[0]) else { continue }
      compared += 1
      if parts[1] == "ThumbnailImage" {
        let length = reading.thumbnail?.count ?? -1
        if "\(value)".contains("data \(length) bytes") {
          explained.append((.preview, "IFD1 ThumbnailImage"))
        } else {
          unexplained.append("\(key): \(length) bytes, ExifTool \(value)")
        }
        continue
      }
      guard let tag = ExifToolNames.tag(parts[0], parts[1]) else {
        unexplained.append("no number for \(key)")
        continue
      }
      guard let ours = left.removeValue(forKey: "\(parts[0]):\(tag)") else {
        unexplained.append("lacks \(key) = \(value)")
        continue
      }
      if Self.same(ours.value, value) {
        identical += 1
      } else if let difference = Self.explain(ours, value, base: base) {
        explained.append((difference, "\(ours.ifd) \(ours.name)"))
      } else {
        unexplained.append("\(key): “\(ours.value)”, ExifTool “\(value)”")
      }
    }
    for entry in left.values {
      if let difference = Self.explainExtra(entry, name) {
        explained.append((difference, "\(entry.ifd) \(entry.name)"))
      } else {
        unexplained.append("only here: \(entry.ifd) \(entry.name) = “\(entry.value.prefix(60))”")
      }
    }
  }

  private static func same(_ ours: String, _ theirs: Any) -> Bool {
    if let number = theirs as? NSNumber {
      return Double(ours).map { close($0, number.doubleValue) } ?? false
    }
    return ours == theirs as? String
  }

  private static func close(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-9 * max(abs(left), abs(right))
  }

  private static func explain(
    _ ours: MetadataContext.ExifEntry, _ theirs: Any, base: Int
  ) -> ExifToolDifference? {
    let values = ours.value.split(separator: " ").compactMap { Double($0) }
    let text = "\(theirs)"
    let number = Double(text)
    switch (ours.ifd, ours.name) {
    case ("ExifIFD", "ShutterSpeedValue"):
      return number.map { close(exp2(-(values.first ?? .nan)), $0) } == true ? .apex : nil
    case ("ExifIFD", "ApertureValue"), ("ExifIFD", "MaxApertureValue"):
      return number.map { close(exp2((values.first ?? .nan) / 2), $0) } == true ? .apex : nil
    case ("GPS", "GPSLatitude"), ("GPS", "GPSLongitude"), ("GPS", "GPSDestLatitude"):
      guard values.count == 3 else { return nil }
      let degrees = values[0] + values[1] / 60 + values[2] / 3600
      return number.map { close(degrees, $0) } == true ? .angle : nil
    case ("GPS", "GPSTimeStamp"):
      return text.split(separator: ":").compactMap { Double($0) } == values ? .clock : nil
    case ("IFD1", "JPEGInterchangeFormat"), ("IFD1", "StripOffsets"):
      return number == values.first.map { $0 + Double(base) } ? .offset : nil
    case (_, "Padding"):
      return text.contains("Binary data 2060") && ours.value.hasSuffix("(2060 bytes)")
        ? .padding : nil
    default: return nil
    }
  }

  private static func explainExtra(
    _ entry: MetadataContext.ExifEntry, _ name: String
  ) -> ExifToolDifference? {
    switch (entry.ifd, entry.name) {
    case ("ExifIFD", "MakerNote"): .makerNote
    case ("IFD0", "PrintImageMatching"): .printImage
    case ("ExifIFD", _) where name == "30-type_error.jpg": .recovered
    default: nil
    }
  }
}
