import ForensicCore

/// Dates that contradict each other or the calendar.
extension ExifFindings {
  /// Longer than any difference of time zones (UTC−12 to UTC+14).
  static let zones = 26 * 3600
  /// Cameras close a file a little after they took the picture.
  static let slack = 2
  /// Devices write the last position they had, and clocks set for another season are an hour off.
  static let staleFix = 2 * 3600

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
    return findings + orderFindings + [satelliteFinding].compactMap { $0 }
  }

  /// Dates out of their order.
  private var orderFindings: [Finding] {
    let pairs = [
      ("DateTimeOriginal", "DateTime", "taken later than it was last changed"),
      ("DateTimeOriginal", "DateTimeDigitized", "taken later than it was digitised"),
      ("DateTimeDigitized", "DateTime", "digitised later than it was last changed"),
    ]
    var findings = [Finding]()
    // The third only repeats the first where a camera wrote both dates alike.
    var reported = Set<[ClosedRange<Int>]>()
    for (first, second, words) in pairs {
      guard let early = moment(second), let late = moment(first) else { continue }
      let seconds = late.seconds(after: early)
      guard seconds > Self.slack, reported.insert([late.utc, early.utc]).inserted else { continue }
      let isCertain = late.utc.lowerBound - early.utc.upperBound > Self.slack
      let isKnown = late.offset != nil && early.offset != nil
      findings.append(
        contradiction(
          first, second, words, difference: Self.span(seconds),
          rest: isKnown
            ? ", with the time zones that the file gives"
            : isCertain ? "" : "; a difference of time zones can explain it",
          weight: isCertain ? .contradiction : .notable, tolerance: "\(Self.slack) s"))
    }
    return findings
  }

  /// The satellites' time, which is UTC, against the camera's clock.
  private var satelliteFinding: Finding? {
    guard let day = date("GPSDateStamp"), let taken = moment("DateTimeOriginal") else { return nil }
    // Without a time any moment of the day may be meant.
    let time = facts.gpsTime
    // Some writers put the time into the stamp of the day as well.
    let midnight = day.seconds - (day.seconds % 86_400 + 86_400) % 86_400
    let start = midnight + (time ?? 0)
    let satellite = start...(time == nil ? start + 86_400 : start)
    let gap = max(
      satellite.lowerBound - taken.utc.upperBound, taken.utc.lowerBound - satellite.upperBound)
    guard gap > Self.staleFix else { return nil }
    let isExact = time != nil && taken.offset != nil
    return contradiction(
      "GPSDateStamp", "DateTimeOriginal",
      "dated by satellite at another time than by the camera's clock",
      difference: (isExact ? "" : "at least ") + Self.span(gap),
      rest: taken.offset == nil ? ", whatever the time zone" : "", weight: .contradiction,
      tolerance: Self.span(Self.staleFix))
  }

  private func contradiction(
    _ first: String, _ second: String, _ words: String, difference: String, rest: String,
    weight: Finding.Weight, tolerance: String
  ) -> Finding {
    Finding(
      code: "exif.dates.contradict", method: "Comparison of the dates in EXIF",
      summary: "By its own dates the picture was \(words) (\(difference))\(rest).", weight: weight,
      parameters: [
        "tolerance": tolerance, "time zones that are not given": "UTC−12 to UTC+14",
      ],
      result: [first: text(first), second: text(second), "difference": difference],
      limits: "Camera clocks are often wrong, programs write the clock of their own computer, and "
        + "a position can be older than its picture. " + Self.declared)
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
    let written = facts.dates.first { $0.name == name }.map { String($0.text.prefix(80)) } ?? ""
    if name == "GPSDateStamp", let time = facts.gpsTime {
      return "\(written), \(time / 3600) h \(time % 3600 / 60) min \(time % 60) s UTC"
    }
    return written + (facts.offsets[name].map { " \(ExifMoment.text(offset: $0))" } ?? "")
  }
}
