import ForensicCore
import ImageMetadata
import Testing

/// Each finding from a block made to cause it, and its absence from one that should not.
@Suite struct FindingTests {
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

  @Test func aCameraFileHasNothingNotable() {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0132, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0x9003, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0x9004, text: "2024:05:06 07:08:09")
    builder.add(.exif, 0xA002, short: 640)
    builder.add(.exif, 0xA003, short: 480)
    builder.add(.ifd0, 0x0112, short: 1)
    let reading = builder.read()
    #expect(weights(reading) == ["exif.present": .information])
    #expect(reading.context.camera == "Maker Model 1")
  }

  @Test func aFileWithoutExifIsOnlyInformation() {
    let bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xD9]
    let image = ImageInfo(format: .jpeg, width: 1, height: 1, colorModel: "rgb")
    let reading = bytes.withUnsafeBytes { MetadataReader.read($0, image: image) }
    #expect(weights(reading) == ["exif.absent": .information])
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

  @Test func givesThePlaceInDegrees() {
    var builder = Self.camera()
    builder.gps((33, 51, 36), "S", (151, 12, 36), "E")
    builder.add(.gps, 6, rational: (425, 10))
    let finding = builder.read().findings.first { $0.code == "exif.gps" }
    #expect(
      finding?.result
        == ["latitude": "-33.86°", "longitude": "151.21°", "altitude": "42.5 m"])
    #expect(finding?.weight == .information)
  }

  private static let places: [((Int, Int, Int), String, (Int, Int, Int), String)] = [
    ((91, 0, 0), "N", (0, 0, 0), "E"), ((0, 0, 0), "N", (181, 0, 0), "W"),
    ((10, 60, 0), "N", (0, 0, 0), "E"), ((10, 0, 0), "X", (0, 0, 0), "E"),
  ]

  @Test(arguments: places.indices) func refusesImpossiblePlaces(index: Int) {
    let (latitude, north, longitude, east) = Self.places[index]
    var builder = Self.camera()
    builder.gps(latitude, north, longitude, east)
    let found = weights(builder.read())
    #expect(found["exif.gps.out-of-range"] == .contradiction)
    #expect(found["exif.gps"] == nil)
  }

  /// Which of the references are written; the others are missing or blank.
  @Test(
    arguments: [
      (nil, nil, "latitude 48.858333°, neither N nor S; longitude 2.294444°, neither E nor W"),
      ("N", nil, "longitude 2.294444°, neither E nor W"),
      (" ", "E", "latitude 48.858333°, neither N nor S"),
    ] as [(String?, String?, String)])
  func assumesNoHemisphere(north: String?, east: String?, words: String) {
    var builder = Self.camera()
    if let north { builder.add(.gps, 1, text: north) }
    builder.add(.gps, 2, rational: (48, 1), (51, 1), (30, 1))
    if let east { builder.add(.gps, 3, text: east) }
    builder.add(.gps, 4, rational: (2, 1), (17, 1), (40, 1))
    let findings = builder.read().findings.filter { $0.code.hasPrefix("exif.gps") }
    #expect(findings.map(\.code) == ["exif.gps.no-hemisphere"])
    #expect(findings.map(\.weight) == [.notable])
    #expect(findings.first?.result == ["not stated": words])
    #expect(findings.first?.summary.contains("the hemisphere is not stated") == true)
  }

  /// A wrong altitude leaves the place what it is.
  @Test(arguments: [(4_294_967_295, 0), (100_001, 0), (12_001, 1)])
  func namesAnImpossibleAltitude(metres: Int, below: Int) {
    var builder = Self.camera()
    builder.gps((33, 51, 36), "S", (151, 12, 36), "E")
    builder.add(.gps, 5, undefined: [UInt8(below)])
    builder.add(.gps, 6, rational: (metres, 1))
    let findings = builder.read().findings.filter { $0.code.hasPrefix("exif.gps") }
    #expect(findings.map(\.code) == ["exif.gps", "exif.gps.altitude"])
    #expect(findings.first?.result == ["latitude": "-33.86°", "longitude": "151.21°"])
    #expect(findings.last?.result == ["altitude": "\(below == 1 ? -metres : metres) m"])
    #expect(findings.last?.weight == .notable)
  }

  @Test func readsNoPlaceFromUndefinedNumbers() {
    var builder = Self.camera()
    builder.add(.gps, 2, rational: (0, 0), (0, 0), (0, 0))
    builder.add(.gps, 4, rational: (0, 0), (0, 0), (0, 0))
    #expect(weights(builder.read()) == ["exif.present": .information])
  }

  private static let sizes: [(Int, Int, Finding.Weight?)] = [
    (640, 480, nil), (480, 640, .information), (1280, 960, .notable), (640, 360, .notable),
    (0, 0, nil),
  ]

  @Test(arguments: sizes) func comparesTheSize(width: Int, height: Int, weight: Finding.Weight?) {
    var builder = Self.camera()
    builder.add(.exif, 0xA002, long: width)
    builder.add(.exif, 0xA003, long: height)
    #expect(weights(builder.read())["exif.size-mismatch"] == weight)
  }

  private static let orientations: [(Int, Finding.Weight?, Int?)] = [
    (0, .information, nil), (1, nil, 1), (6, .information, 6), (8, .information, 8),
    (9, .notable, nil),
  ]

  @Test(arguments: orientations)
  func readsOrientation(value: Int, weight: Finding.Weight?, orientation: Int?) {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0112, short: value)
    #expect(weights(builder.read())["exif.orientation"] == weight)
    #expect(builder.read().context.orientation == orientation)
  }

  private static let programs: [(String, KnownSoftware.Kind?)] = [
    ("Adobe Photoshop 25.1 (Windows)", .editor), ("GIMP 2.10.34", .editor),
    ("Midjourney v6", .generator), ("Ver.1.00 ", nil), ("Digital Camera X Version1.00", nil),
    ("17.2.1", nil), ("", nil), ("Gemini Raw Converter", nil), ("Imagen 10.2 (photo editing)", nil),
    ("not made with Midjourney", nil), ("Firefly III camera firmware 1.0", nil),
    ("AI generated;txt2img;flux", .generator), ("ComfyUI", .generator),
  ]

  @Test(arguments: programs) func knowsPrograms(name: String, kind: KnownSoftware.Kind?) {
    #expect(KnownSoftware.identify(name) == kind)
  }

  @Test func tellsRewrittenFromStripped() {
    var edited = Self.camera()
    edited.add(.ifd0, 0x0131, text: "Adobe Photoshop 25.1")
    edited.add(.ifd0, 0x0132, text: "2024:06:01 10:00:00")
    edited.add(.exif, 0x9003, text: "2024:05:06 07:08:09")
    let rewritten = weights(edited.read())
    #expect(rewritten["exif.rewritten"] == .notable)
    #expect(rewritten["exif.software"] == .information)
    #expect(rewritten["exif.stripped"] == nil)
    #expect(rewritten["exif.dates.contradict"] == nil)

    var remains = TIFFBuilder()
    remains.add(.ifd0, 0x0112, short: 1)
    remains.add(.ifd0, 0x011A, rational: (72, 1))
    let stripped = weights(remains.read())
    #expect(stripped == ["exif.present": .information, "exif.stripped": .information])
  }

  @Test func everyFindingIsWhole() {
    var builder = Self.camera()
    builder.add(.ifd0, 0x0131, text: "GIMP")
    builder.add(.exif, 0x9003, text: "1980:01:01 00:00:00")
    builder.gps((91, 0, 0), "N", (0, 0, 0), "E")
    for finding in builder.read().findings {
      #expect(finding.code.hasPrefix("exif."))
      #expect(finding.summary.hasSuffix("."))
      #expect(!finding.method.isEmpty)
      #expect(finding.limits?.isEmpty == false)
    }
  }
}
