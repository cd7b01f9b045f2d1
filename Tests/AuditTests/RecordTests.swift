import Audit
import Foundation
import Reporting
import Testing

@Suite("Lines of an audit")
struct RecordTests {
  @Test("a name that is not UTF-8 keeps its bytes, and no control character reaches the line")
  func names() throws {
    var record = AuditRecord(
      place: .init(
        path: [0x61, 0xff, 0x1b, 0x5b, 0x0a], position: "00000001", member: Array("../../x".utf8)),
      status: .failed, size: 3, modified: 0)
    record.errorCode = "file.unreadable"
    let line = try ReportEncoder.bytes(record, pretty: false)
    #expect(!line.contains { $0 < 0x20 })
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    #expect(object["pathBytes"] as? String == "61ff1b5b0a")
    #expect(object["member"] as? String == "../../x")
    #expect(object["modified"] as? String == "1970-01-01T00:00:00.000Z")
    #expect((object["error"] as? [String: Any])?["code"] as? String == "file.unreadable")
    #expect(object["probabilityGenerated"] == nil && object["report"] == nil)
    record.report = "reports/3f/3f9a"
    let named = try ReportEncoder.bytes(record, pretty: false)
    #expect(String(decoding: named, as: UTF8.self).contains(#""report":"reports/3f/3f9a""#))
  }

  @Test(
    "the month of a date",
    arguments: [
      ("2019:07:31 12:00:00", "2019-07"), ("2019:13:01 00:00:00", nil), ("0000:00:00", nil),
      ("", nil), ("2019-07-31", nil), ("    :  :  ", nil), ("2024:1", nil),
    ] as [(String, String?)])
  func month(text: String, expected: String?) {
    #expect(AuditRecord.month(text) == expected)
  }

  @Test("places are ordered by bytes: path first, then position")
  func order() {
    let places = [
      AuditRecord.Place(path: [0x61]), .init(path: [0x61], position: "00000001"),
      .init(path: [0x61], position: "00000001/00000002"), .init(path: [0x61], position: "00000002"),
      .init(path: [0x61, 0x2f]), .init(path: [0xff]),
    ]
    #expect(places.shuffled().sorted() == places)
  }

  @Test(
    "shell patterns",
    arguments: [
      ("*.jpg", "a/b/c.jpg", true), ("*.jpg", "a/b.jpg/c.png", false), ("a/*", "a/b/c", true),
      ("b/*", "a/b/c", false), ("[ab]?.png", "x/a1.png", true), (".*", "x/.hidden", true),
    ])
  func patterns(pattern: String, path: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(Array(path.utf8)) == expected)
  }

  @Test("a pattern meets names that are not UTF-8")
  func bytes() {
    #expect(NamePattern("*.jpg").matches([0xff, 0xfe] + Array(".jpg".utf8)))
  }
}
