import ForensicCore

/// The values of an EXIF block that findings are made from, by meaning.
package struct ExifFacts {
  package private(set) var context = MetadataContext()
  package private(set) var make: String?
  package private(set) var model: String?
  package private(set) var software: String?
  package private(set) var rawOrientation: Int?
  /// Date texts by the tag's name: DateTime, DateTimeOriginal, DateTimeDigitized, GPSDateStamp.
  package private(set) var dates: [(name: String, text: String)] = []
  /// Time zones, in seconds east of UTC, by the name of the date they belong to.
  package private(set) var offsets = [String: Int]()
  /// GPSTimeStamp: seconds of the day in UTC.
  package private(set) var gpsTime: Int?
  package private(set) var gps: GPSPosition?
  /// PixelXDimension and PixelYDimension.
  package private(set) var pixelSize: (width: Int, height: Int)?
  /// Tags of settings that cameras record at capture (exposure, aperture, focal length, …).
  package private(set) var captureTags = [String]()

  /// Reads the facts; all empty without a block.
  package init(_ block: ExifBlock?) {
    guard let block else { return }
    let reader = ExifValue(bigEndian: block.bigEndian)
    // A block of many long texts could make a report of hundreds of megabytes.
    var budget = 1 << 20
    for field in block.fields {
      let full = reader.text(field)
      let value = full.utf8.count <= budget ? full : "…"
      budget -= value.utf8.count
      let name = ExifTagName.name(field.tag, in: field.directory)
      context.exif.append(
        MetadataContext.ExifEntry(
          ifd: field.directory.name, tag: field.tag, name: name, value: value))
      if Self.capture.contains(field.tag), field.directory == .exif { captureTags.append(name) }
    }
    func text(_ directory: ExifDirectory, _ tag: Int) -> String? {
      guard let field = block.field(directory, tag) else { return nil }
      let text = ExifText.trimmed(reader.text(field))
      return text.isEmpty ? nil : text
    }
    func number(_ directory: ExifDirectory, _ tag: Int) -> Int? {
      block.field(directory, tag).flatMap { reader.doubles($0, most: 1).first }
        .flatMap { Int(exactly: $0) }
    }
    // ComfyUI writes its graphs into the fields of makers and models: no camera is called so.
    func name(_ tag: Int) -> String? {
      text(.ifd0, tag).flatMap { text in
        ["prompt:", "workflow:"].contains(where: text.hasPrefix) ? nil : text
      }
    }
    make = name(0x010F)
    model = name(0x0110)
    software = text(.ifd0, 0x0131) ?? text(.ifd0, 0x000B) ?? text(.exif, 0xA43B)
    for (directory, tag) in [
      (ExifDirectory.ifd0, 0x0132), (.exif, 0x9003), (.exif, 0x9004), (.gps, 0x001D),
    ] {
      if let value = text(directory, tag) {
        dates.append((ExifTagName.name(tag, in: directory), value))
      }
    }
    for (tag, name) in [
      (0x9010, "DateTime"), (0x9011, "DateTimeOriginal"), (0x9012, "DateTimeDigitized"),
    ] {
      offsets[name] = text(.exif, tag).flatMap(ExifMoment.offset)
    }
    gpsTime = Self.time(block.field(.gps, 0x0007).map { reader.doubles($0, most: 3) } ?? [])
    rawOrientation = number(.ifd0, 0x0112)
    context.orientation = rawOrientation.flatMap { (1...8).contains($0) ? $0 : nil }
    if let width = number(.exif, 0xA002), let height = number(.exif, 0xA003) {
      pixelSize = (width, height)
    }
    gps = GPSPosition(block, reader)
    context.camera = Self.headline(make: make, model: model)
    if let note = block.field(.exif, 0x927C) ?? block.field(.ifd0, 0x927C) {
      context.makerNote = MakerNote.maker(note.value ?? [], make: make)
    }
  }

  /// Hours, minutes and seconds; `nil` unless they are a time of the day.
  private static func time(_ parts: [Double]) -> Int? {
    guard parts.count == 3, parts.allSatisfy({ $0.isFinite && $0 >= 0 }), parts[0] < 24,
      parts[1] < 60, parts[2] < 61
    else { return nil }
    return Int(parts[0] * 3600 + parts[1] * 60 + parts[2])
  }

  /// Maker and model without saying the maker twice (`Canon`, `Canon EOS 40D`;
  /// `EASTMAN KODAK COMPANY`, `KODAK DC240`).
  private static func headline(make: String?, model: String?) -> String? {
    guard let model else { return make }
    guard let make else { return model }
    let words = make.lowercased().split(separator: " ")
    let first = model.lowercased().prefix { $0 != " " }
    let isNamed = words.contains(first) || words.first.map(first.hasPrefix) == true
    return isNamed ? model : "\(make) \(model)"
  }

  /// ExposureTime, FNumber, ExposureProgram, PhotographicSensitivity, ShutterSpeedValue,
  /// ApertureValue, MeteringMode, Flash, FocalLength, MakerNote, SensingMethod, LensModel.
  private static let capture: Set<Int> = [
    0x829A, 0x829D, 0x8822, 0x8827, 0x9201, 0x9202, 0x9207, 0x9209, 0x920A, 0x927C, 0xA217, 0xA434,
  ]
}
