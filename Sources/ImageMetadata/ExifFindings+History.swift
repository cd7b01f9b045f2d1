import ForensicCore

/// What the metadata tell of the file's way since the camera.
extension ExifFindings {
  /// Blocks that were removed, or never written by a camera.
  var stripped: Finding? {
    let containers = ["jfif", "adobe", "xmp", "iptc", "icc", "c2pa"].filter { name in
      blocks.contains { $0.kind.rawValue == name }
    }
    guard let block, !block.fields.isEmpty else {
      let programs = containers.filter { ["adobe", "xmp", "iptc"].contains($0) }
      guard !programs.isEmpty else { return nil }
      return Finding(
        code: "exif.stripped", method: "Comparison of the metadata blocks present",
        summary: "A program that handles metadata wrote this file, yet it holds no camera data: "
          + "they were removed, or there never were any.",
        result: ["present": containers.joined(separator: ", ")],
        limits: "Which of the two it was cannot be told from the file.")
    }
    guard facts.make == nil, facts.model == nil, facts.captureTags.isEmpty else { return nil }
    let count = block.fields.count
    return Finding(
      code: "exif.stripped", method: "Search for fields that cameras record at capture",
      summary: "The EXIF data hold "
        + (count == 1 ? "1 field, which is not" : "\(count) fields, none of them")
        + " about a camera or an exposure: a program wrote them, or removed the rest.",
      parameters: ["looked for": "Make, Model, exposure, aperture, focal length, maker note"],
      result: [
        "fields": block.fields.prefix(12)
          .map { ExifTagName.name($0.tag, in: $0.directory) }.joined(separator: ", "),
        "present": containers.joined(separator: ", "),
      ].filter { !$0.value.isEmpty },
      limits: "Sharing services and programs that resize leave such remains as a matter of course.")
  }

  var damaged: Finding? {
    let cut = blocks.first { $0.kind == .exif && $0.truncated }
    guard let block, !block.problems.isEmpty || cut != nil else { return nil }
    var result = [String: String]()
    for kind in ExifProblem.Kind.allCases {
      let places = block.problems.filter { $0.kind == kind }
      guard !places.isEmpty else { continue }
      let named = places.prefix(4).map(\.place).joined(separator: "; ")
      result[kind.rawValue] = places.count > 4 ? "\(named); \(places.count) in all" : named
    }
    if let cut { result["block cut short"] = "\(cut.label) at byte \(cut.offset)" }
    result["fields read"] = String(block.fields.count)
    return Finding(
      code: "exif.damaged",
      method: "Check of every offset, type and length of the EXIF directories",
      summary: block.fields.isEmpty
        ? "The EXIF data are broken and could not be read."
        : "The EXIF data are broken in places; what could be read is listed, the rest was left out.",
      weight: .damage, result: result,
      limits: "Some cameras and programs write such errors themselves; damage alone does not show "
        + "tampering.")
  }

  var software: Finding? {
    guard let software = facts.software else { return nil }
    let known = KnownSoftware.identify(software)
    let summary =
      switch known {
      case .generator:
        "The file names a program that generates pictures: \(software)."
      case .editor:
        "By its own word the file was last written by a program for editing or managing pictures: "
          + "\(software)."
      case nil:
        "The file names the software that wrote it: \(software); cameras put their firmware here."
      }
    return Finding(
      code: "exif.software", method: "Reading of the Software field",
      summary: summary, weight: known == .generator ? .notable : .information,
      result: ["software": software, "kind": known?.rawValue ?? "not in the list"],
      limits: "Every picture that a newsroom or agency handles passes through such programs; their "
        + "name does not tell what was done. " + Self.declared)
  }

  /// Saved again by a program after the camera.
  var rewritten: Finding? {
    var result = [String: String]()
    if let changed = moment("DateTime"), let taken = moment("DateTimeOriginal"),
      changed.seconds(after: taken) > 60
    {
      result["saved after capture"] = Self.span(changed.seconds(after: taken))
    }
    let editor = facts.software.flatMap(KnownSoftware.identify)
    if let editor, let software = facts.software { result[editor.rawValue] = software }
    if blocks.contains(where: { $0.kind == .xmp }) { result["XMP packet"] = "present" }
    if blocks.contains(where: { $0.kind == .iptc }) { result["Photoshop resources"] = "present" }
    let capture = facts.make != nil || !facts.captureTags.isEmpty
    guard capture, editor != nil || result.count >= 2 else { return nil }
    return Finding(
      code: "exif.rewritten", method: "Comparison of Software, DateTime and DateTimeOriginal",
      // Where no program is named, cameras that rate or retouch leave the same.
      summary: editor != nil
        ? "The camera data were written again by a program after the picture was taken: this "
          + "is not the file as the camera stored it."
        : "The camera data look as if a program had written them again after the picture was taken: "
          + "this may not be the file as the camera stored it.",
      weight: .notable, result: result,
      limits:
        "Turning, cropping, captioning and editing leave the same traces. Recent phones write "
        + "an XMP packet themselves.")
  }

  /// A valid date by the tag's name.
  func date(_ name: String) -> ExifDate? {
    guard let text = facts.dates.first(where: { $0.name == name })?.text,
      case .date(let date) = ExifDate.read(text)
    else { return nil }
    return date
  }

  /// A valid date by the tag's name, with its time zone where one is given.
  func moment(_ name: String) -> ExifMoment? {
    date(name).map { ExifMoment(date: $0, offset: facts.offsets[name]) }
  }

  /// `3 days 4 h`, `2 h 5 min`, `40 s`; rounded to the last unit.
  static func span(_ seconds: Int) -> String {
    let size = abs(seconds)
    if size < 120 { return "\(size) s" }
    let minutes = (size + 30) / 60
    if minutes < 60 { return "\(minutes) min" }
    if size < 2 * 86_400 { return "\(minutes / 60) h \(minutes % 60) min" }
    let hours = (size + 1800) / 3600
    return "\(hours / 24) days" + (hours % 24 == 0 ? "" : " \(hours % 24) h")
  }
}
