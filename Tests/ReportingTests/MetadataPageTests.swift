import ForensicCore
import Foundation
import Reporting
import Testing

/// When, where and how a picture was taken stands above the table, and codes have their meaning
/// beside them.
@Suite struct MetadataPageTests {
  private static func page(_ entries: [(String, Int, String)]) throws -> String {
    var report = SampleReports.camera
    guard case .success(var examination) = report.outcome else { return "" }
    examination.metadata = .init(
      exif: entries.map { .init(ifd: $0.0, tag: $0.1, name: "Name", value: $0.2) })
    report.outcome = .success(examination)
    let page = try PageTests.page(report)
    let start = try #require(page.range(of: "id=\"metadata\""))
    let end = try #require(page[start.upperBound...].range(of: "</section>"))
    return String(page[start.lowerBound..<end.lowerBound])
  }

  /// Four times the entries take about four times as long, not sixteen: whether they lie in one
  /// directory, where each looks for its unit, or each in one of its own.
  @Test(.timeLimit(.minutes(1)), arguments: [true, false])
  func `many entries cost no more each`(inOneDirectory: Bool) throws {
    func time(_ count: Int) throws -> Duration {
      let entries = (0..<count).map { (inOneDirectory ? "IFD0" : "IFD\($0)", 0x011A, "72") }
      return try (0..<3).map { _ in
        try ContinuousClock().measure { _ = try Self.page(entries) }
      }.min() ?? .zero
    }
    #expect(try time(16_000) < time(4000) * 9)
  }

  /// What the page says under a name; `nil` where it does not.
  private static func fact(_ name: String, _ page: String) -> String? {
    guard let start = page.range(of: "<dt>\(name)</dt><dd>") else { return nil }
    return String(page[start.upperBound...].prefix { $0 != "<" })
  }

  @Test(
    arguments: [
      ([("ExifIFD", 0x9003, "2021:05:05 10:00:00")], "2021-05-05 10:00:00, no time zone given"),
      (
        [("ExifIFD", 0x9003, "2021:05:05 10:00:00"), ("ExifIFD", 0x9011, "+02:00")],
        "2021-05-05 10:00:00 +02:00"
      ),
      (
        [
          ("ExifIFD", 0x9003, "2021:05:05 10:00:00"), ("ExifIFD", 0x9011, "   :  "),
          ("GPS", 0x001D, "2021:05:05"), ("GPS", 0x0007, "8 0 3.5"),
        ], "2021-05-05 10:00:00, no time zone given; by its GPS 2021-05-05 08:00:03 UTC"
      ),
      ([("ExifIFD", 0x9003, "0000:00:00 00:00:00")], nil), ([("ExifIFD", 0x9003, "    :  ")], nil),
      ([], nil),
    ] as [([(String, Int, String)], String?)])
  func `when`(_ entries: [(String, Int, String)], _ words: String?) throws {
    #expect(Self.fact("Taken, by its own word", try Self.page(entries)) == words)
  }

  @Test(arguments: [
    ("N", "E", "48 51 30", "48.858333° N, 2.294444° E, 35 m above sea level"),
    ("S", "W", "48.5", "48.5° S, 2.294444° W, 35 m above sea level"),
    ("", "E", "48 51 30", "48.858333°, 2.294444° E; the hemisphere is not stated"),
    ("X", "E", "48 51 30", nil), ("N", "E", "91 0 0", nil), ("N", "E", "48 60 0", nil),
    ("N", "E", "undef undef undef", nil),
  ])
  func `where`(_ north: String, _ east: String, _ latitude: String, _ words: String?) throws {
    let page = try Self.page([
      ("GPS", 1, north), ("GPS", 2, latitude), ("GPS", 3, east), ("GPS", 4, "2 17 40"),
      ("GPS", 5, "0"), ("GPS", 6, "35"),
    ])
    #expect(Self.fact("Place, by its own word", page) == words)
  }

  @Test func `how`() throws {
    let page = try Self.page([
      ("ExifIFD", 0x829A, "0.001"), ("ExifIFD", 0x829D, "4"), ("ExifIFD", 0x8827, "200"),
      ("ExifIFD", 0x920A, "35"), ("ExifIFD", 0xA434, "24-70mm"), ("ExifIFD", 0xA433, "Maker"),
    ])
    #expect(Self.fact("Exposure", page) == "1/1000 s, f/4, ISO 200, 35 mm")
    #expect(Self.fact("Lens", page) == "Maker 24-70mm")
  }

  @Test(
    arguments: [
      (0x829A, "0.001", "1/1000 s"), (0x829A, "0.01666666667", "1/60 s"), (0x829A, "0.3", "0.3 s"),
      (0x829A, "0.5", "1/2 s"), (0x829A, "30", "30 s"), (0x829A, "0", nil), (0x829A, "inf", nil),
      (0x829D, "2.8", "f/2.8"), (0x9201, "7.65625", "1/202 s"), (0x9202, "6.65625", "f/10"),
      (0x9205, "2.9", "f/2.7"), (0x9204, "0.3333333333", "+0.33 EV"), (0x9207, "5", "pattern"),
      (0x9209, "16", "did not fire, switched off"), (0x9209, "25", "fired, automatic"),
      (0x9209, "0", "did not fire"), (0x8822, "2", "normal program"), (0xA403, "1", "manual"),
      (0xA001, "1", "sRGB"), (0x9208, "10", "cloudy"), (0xA406, "3", "night"),
      (0x0128, "2", "inches"), (0x0112, "6", "shown turned by 90° to the right"),
      (0x0112, "9", nil), (0xA20E, "16393.44262", "16393.4 pixels an inch"),
      (0x9101, "1 2 3 0", "Y Cb Cr"), (0x9207, "1e300", nil), (0x9201, "-1e300", nil),
      (0x920A, "1e300", "1e+300 mm"), (0x010F, "5", nil),
    ] as [(Int, String, String?)])
  func `codes have their meaning beside them`(
    _ tag: Int, _ value: String, _ meaning: String?
  ) throws {
    let page = try Self.page([("ExifIFD", tag, value)])
    let cell = meaning.map { "\(value) <span class=\"quiet\">(\($0))</span>" } ?? value
    #expect(page.contains("<td>\(cell)</td>"))
  }
}
