import ForensicCore
import ImageMetadata
import Testing

/// Places and altitudes, possible or not.
@Suite struct PlaceTests {
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
}
