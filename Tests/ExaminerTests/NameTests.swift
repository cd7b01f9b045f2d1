import Examiner
import ForensicCore
import ImageCodecs
import Testing

/// An examination that is shared between exhibits is as if each had been examined.
@Suite("Names of the same bytes")
struct NameTests {
  @Test("another name", arguments: [("a.jpg", "b.png"), ("a.png", "b.gif"), ("a.webp", "b.jpg")])
  func renamed(first: String, second: String) throws {
    let bytes = try ImageEncoder.png(TestPicture.pixels(width: 64, height: 64), level: 1)
    func examination(_ name: String) throws -> Examination {
      try bytes.withUnsafeBytes { Examiner(bundle: nil).examine($0, name: FileName(name)) }.get()
    }
    #expect(
      try examination(first).underName(FileName(second)).findings == examination(second).findings)
    #expect(
      try examination(second).underName(FileName(first)).findings == examination(first).findings)
  }
}
