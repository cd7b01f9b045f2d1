import ForensicCore
import ImageMetadata
import Testing

/// Dates against each other, the calendar, their time zones and the satellites.
@Suite struct DateTests {
  private static func camera() -> TIFFBuilder {
    var builder = TIFFBuilder()
    builder.add(.ifd0, 0x010F, text: "Maker")
    builder.add(.ifd0, 0x0110, text: "Model 1")
    builder.add(.exif, 0x829A, rational: (1, 60))
    return builder
  }

  private func weights(_ reading: MetadataReading) -> [String: Finding.Weight] {
    Dictionary(reading.findings.map { ($0.code, $0.weight) }) { first, _ in first }
  }

  private static let dates: [(String, String, String, Finding.Weight?)] = [
    ("2024:05:06 07:08:09", "2024:05:06 07:08:09", "2024:05:06 07:08:09", nil),
    ("2024:05:06 07:08:10", "2024:05:06 07:08:09", "2024:05:06 07:08:10", nil),
    ("2024:05:06 09:08:09", "2024:05:06 07:08:09", "2024:05:06 09:08:09", .notable),
    ("2024:05:09 07:08:09", "2024:05:06 07:08:09", "2024:05:09 07:08:09", .contradiction),
    ("2024:05:06 07:08:09", "2024:05:06 07:08:09", "2024:05:01 07:08:09", .contradiction),
    ("0000:00:00 00:00:00", "2024:05:06 07:08:09", "    :  :     :  :  ", nil),
  ]

  @Test(arguments: dates)
  func comparesDates(taken: String, changed: String, digitised: String, weight: Finding.Weight?) {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0132, text: changed)
    builder.add(.exif, 0x9003, text: taken)
    builder.add(.exif, 0x9004, text: digitised)
    #expect(weights(builder.read())["exif.dates.contradict"] == weight)
  }

  struct Zoned: Sendable {
    var taken: String
    var takenZone: String?
    var changed: String
    var changedZone: String?
    var weight: Finding.Weight?
    var words = ""
  }

  /// Where the file gives time zones, they count, and excuse nothing.
  private static let zoned: [Zoned] = [
    Zoned(
      taken: "2021:05:05 10:00:00", takenZone: "+02:00", changed: "2021:05:05 05:00:00",
      changedZone: "+02:00", weight: .contradiction,
      words: "(5 h 0 min), with the time zones that the file gives."),
    Zoned(
      taken: "2021:05:05 10:00:00", takenZone: "+02:00", changed: "2021:05:05 09:00:00",
      changedZone: "+01:00"),
    Zoned(
      taken: "2021:05:05 10:00:00", takenZone: "+02:00", changed: "2021:05:05 10:30:00",
      changedZone: "+03:00", weight: .contradiction, words: "(30 min)"),
    Zoned(
      taken: "2021:05:05 10:00:00", changed: "2021:05:05 05:00:00", weight: .notable,
      words: "time zones can explain it."),
    // UTC−12 is the last to see a day: 15 h before +02:00 nothing explains.
    Zoned(
      taken: "2021:05:05 10:00:00", takenZone: "+02:00", changed: "2021:05:04 19:00:00",
      weight: .contradiction),
    Zoned(
      taken: "2021:05:05 10:00:00", takenZone: "+02:00", changed: "2021:05:05 05:00:00",
      changedZone: "   :  ", weight: .notable),
    Zoned(
      taken: "2021:05:05 10:00:00", takenZone: "Z", changed: "2021:05:05 05:30:00",
      changedZone: "-04:30"),
  ]

  @Test(arguments: zoned.indices) func countsTimeZones(index: Int) {
    let dates = Self.zoned[index]
    var builder = Self.camera()
    builder.add(.ifd0, 0x0132, text: dates.changed)
    builder.add(.exif, 0x9003, text: dates.taken)
    if let zone = dates.changedZone { builder.add(.exif, 0x9010, text: zone) }
    if let zone = dates.takenZone { builder.add(.exif, 0x9011, text: zone) }
    let findings = builder.read().findings.filter { $0.code == "exif.dates.contradict" }
    #expect(findings.map(\.weight) == (dates.weight.map { [$0] } ?? []))
    if !dates.words.isEmpty { #expect(findings.first?.summary.contains(dates.words) == true) }
  }

  /// The satellites' time is UTC, and as exact as the zone of the camera's clock.
  @Test(
    arguments: [
      ("2021:05:05", (23, 30, 0), "+02:00", "(15 h 30 min)"),
      ("2021:05:09", (8, 0, 0), "+02:00", "(4 days)"),
      ("2021:05:08", (7, 20, 0), "+02:00", "(2 days 23 h)"),
      ("2021:05:05", (8, 0, 0), "+02:00", nil), ("2021:05:05", (9, 30, 0), "+02:00", nil),
      ("2021:05:05", (23, 30, 0), nil, nil), ("2021:05:04", (20, 0, 0), nil, nil),
      ("2021:05:09", (8, 0, 0), nil, "(at least 3 days 10 h), whatever the time zone."),
      ("2021:05:05", (25, 0, 0), "+02:00", nil),
      ("2021:05:05 08:00:00", (8, 0, 0), "+02:00", nil),
    ] as [(String, (Int, Int, Int), String?, String?)])
  func comparesTheSatelliteTime(
    day: String, time: (Int, Int, Int), zone: String?, words: String?
  ) {
    var builder = Self.camera()
    builder.add(.exif, 0x9003, text: "2021:05:05 10:00:00")
    if let zone { builder.add(.exif, 0x9011, text: zone) }
    builder.add(.gps, 0x0007, rational: (time.0, 1), (time.1, 1), (time.2, 1))
    builder.add(.gps, 0x001D, text: day)
    let finding = builder.read().findings.first { $0.code == "exif.dates.contradict" }
    #expect((finding != nil) == (words != nil))
    #expect(finding?.weight == (words == nil ? nil : .contradiction))
    if let words { #expect(finding?.summary.contains(words) == true) }
  }

  @Test(arguments: [
    ("+02:00", 7200), ("-09:30", -34_200), ("+0545", 20_700), ("Z", 0), ("+14:00", 50_400),
    ("+15:00", nil), ("-13:00", nil), ("+02:60", nil), ("02:00", nil), ("   :  ", nil), ("", nil),
    ("+2", nil), ("+02:000", nil), ("+0a:00", nil),
  ])
  func readsTimeZones(text: String, offset: Int?) {
    #expect(ExifMoment.offset(text) == offset)
    if let offset, text.contains(":") { #expect(ExifMoment.text(offset: offset) == text) }
  }

  @Test(arguments: [
    ("1987:01:01 00:00:00", "exif.dates.implausible"),
    ("2150:01:01 00:00:00", "exif.dates.implausible"),
    ("2024:99:01 00:00:00", "exif.dates.malformed"),
  ])
  func knowsTheCalendar(date: String, code: String) {
    var builder = Self.camera()
    builder.add(.exif, 0x9003, text: date)
    #expect(weights(builder.read())[code] == .notable)
  }

  @Test func knowsTheFutureWhenToldTheTime() {
    var builder = Self.camera()
    builder.add(.exif, 0x9003, text: "2024:05:06 07:08:09")
    let before = Timestamp(rfc3339: "2023-01-01T00:00:00.000Z")
    let after = Timestamp(rfc3339: "2024-05-06T00:00:00.000Z")
    #expect(weights(builder.read(asOf: before))["exif.dates.implausible"] == .notable)
    #expect(weights(builder.read(asOf: after))["exif.dates.implausible"] == nil)
  }

  @Test(arguments: [
    ("2024:05:06", false), ("2024:05:07", false), ("2024:05:05", false), ("2024:05:09", true),
    ("2024:05:02", true),
  ])
  func comparesTheSatelliteDay(day: String, contradicts: Bool) {
    var builder = Self.camera()
    builder.add(.exif, 0x9003, text: "2024:05:06 12:00:00")
    builder.add(.gps, 0x001D, text: day)
    #expect((weights(builder.read())["exif.dates.contradict"] != nil) == contradicts)
  }
}
