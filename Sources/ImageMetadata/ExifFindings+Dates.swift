import ForensicCore

/// Dates that contradict each other or the calendar.
extension ExifFindings {
  /// Longer than any difference of time zones (UTC−12 to UTC+14).
  static let zones = 26 * 3600
  /// Cameras close a file a little after they took the picture.
  static let slack = 2

  var dateFindings: [Finding] {
    var findings = [Finding]()
    for (name, text) in facts.dates {
      switch ExifDate.read(text) {
      case .unset: continue
      case .malformed: findings.append(malformed(name, text))
      case .date(let date):
        if let finding = implausible(name, text, date) { findings.append(finding) }
      }
    }
    let pairs = [
      ("DateTimeOriginal", "DateTime", "taken later than it was last changed"),
      ("DateTimeOriginal", "DateTimeDigitized", "taken later than it was digitised"),
      ("DateTimeDigitized", "DateTime", "digitised later than it was last changed"),
    ]
    // The third only repeats the first where a camera wrote both dates alike.
    var reported = Set<String>()
    for (first, second, words) in pairs {
      guard let early = date(second), let late = date(first),
        late.seconds - early.seconds > Self.slack,
        reported.insert("\(late.seconds) \(early.seconds)").inserted
      else { continue }
      findings.append(contradiction(first, second, words, seconds: late.seconds - early.seconds))
    }
    if let satellite = date("GPSDateStamp"), let taken = date("DateTimeOriginal") {
      // The stamp is a day in UTC: any moment of it may be meant.
      let before = satellite.seconds - taken.seconds
      let after = taken.seconds - (satellite.seconds + 86_400)
      if max(before, after) > Self.zones {
        findings.append(
          contradiction(
            "GPSDateStamp", "DateTimeOriginal",
            "dated by satellite on another day than by the camera's clock",
            seconds: max(before, after)))
      }
    }
    return findings
  }

  private func contradiction(
    _ first: String, _ second: String, _ words: String, seconds: Int
  ) -> Finding {
    let isZone = seconds <= Self.zones
    return Finding(
      code: "exif.dates.contradict", method: "Comparison of the dates in EXIF",
      summary: "By its own dates the picture was \(words) (\(Self.span(seconds)))"
        + (isZone ? "; a difference of time zones can explain it." : "."),
      weight: isZone ? .notable : .contradiction,
      parameters: ["tolerance": "\(Self.slack) s", "widest time zones": "26 h"],
      result: [first: text(first), second: text(second), "difference": Self.span(seconds)],
      limits: "Camera clocks are often wrong, and programs write the clock of their own computer. "
        + Self.declared)
  }

  private func implausible(_ name: String, _ text: String, _ date: ExifDate) -> Finding? {
    var words: String?
    if date.year < 1990 {
      words = "before digital cameras were sold"
    } else if date.year > 2099 {
      words = "in the far future"
    } else if let asOf, date.seconds > Int(asOf.milliseconds / 1000) + Self.zones {
      words = "later than the day the file was examined"
    }
    guard let words else { return nil }
    return Finding(
      code: "exif.dates.implausible", method: "Comparison of each date with the calendar",
      summary: "A date in the EXIF data lies \(words): \(name) \(text).",
      weight: .notable,
      parameters: [
        // The day alone, so that examinations of one day stay alike.
        "earliest": "1990", "latest": asOf.map { "examined \($0.rfc3339.prefix(10))" } ?? "2099",
      ],
      result: [name: text],
      limits: "A camera whose clock was never set writes the start of its own calendar; archives "
        + "date scans by the original. " + Self.declared)
  }

  private func malformed(_ name: String, _ text: String) -> Finding {
    Finding(
      code: "exif.dates.malformed", method: "Reading of dates as CIPA DC-008 prescribes them",
      summary: "A date in the EXIF data is not written as the standard prescribes: \(name).",
      weight: .notable, parameters: ["prescribed": "YYYY:MM:DD HH:MM:SS"],
      result: [name: String(text.prefix(80))],
      limits: "Programs write such dates more often than cameras do; it is no sign of intent.")
  }

  private func text(_ name: String) -> String {
    facts.dates.first { $0.name == name }.map { String($0.text.prefix(80)) } ?? ""
  }
}
