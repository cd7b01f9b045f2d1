import ForensicCore
import Reporting
import Testing

/// Texts that a file or a person wrote, on the page.
@Suite struct TextPageTests {
  private func page(_ change: (inout Report, inout Examination) -> Void) throws -> String {
    var report = SampleReports.camera
    var examination = try report.outcome.get()
    change(&report, &examination)
    report.outcome = .success(examination)
    return try PageTests.page(report)
  }

  /// One field of 40 kB is folded away wherever it stands, and the page says so on paper.
  @Test(arguments: ["x", "x y ", "line\n", "e\u{301}"])
  func `what is long is folded`(_ part: String) throws {
    let text = String(repeating: part, count: 40_000 / part.unicodeScalars.count)
    let page = try page { _, examination in
      examination.metadata.exif = [
        .init(ifd: "ExifIFD", tag: 0x9286, name: "UserComment", value: text)
      ]
      examination.declaration?.statements = [
        .init(place: "EXIF", name: "UserComment", value: text)
      ]
    }
    #expect(page.split(separator: "<details class=\"more\"><summary>The rest: ").count == 3)
    #expect(page.split(separator: "Cut on paper: report.json has it whole.").count == 3)
    #expect(page.contains(".more { display: none; }"))
    // Before the fold no more than a paragraph, behind it all that is left.
    let shown = try #require(
      page.split(separator: "<details class=\"more\">").first?.split(separator: "<dd>").last)
    #expect(shown.unicodeScalars.count < 2000)
    let count = page.unicodeScalars.count { $0 == part.unicodeScalars.first }
    #expect(count >= 2 * text.unicodeScalars.count / part.unicodeScalars.count)
  }

  /// The standard's names are words, and a table has the columns that its claim fills.
  @Test func `Content Credentials are told in words`() throws {
    let page = try PageTests.page("generated")
    #expect(
      page.contains("opened from an earlier picture <span class=\"quiet\">c2pa.opened</span>"))
    #expect(page.contains("what this picture was made of <span class=\"quiet\">parentOf</span>"))
    // Two claims, of which one says when.
    #expect(page.split(separator: "<caption>What was done").count == 3)
    #expect(page.split(separator: "<th scope=\"col\">When</th>").count == 2)
    #expect(page.contains("<tr><td>made <span class=\"quiet\">c2pa.created</span></td><td>Gen"))
  }

  @Test func `what is short is not folded`() throws {
    let page = try page { report, _ in
      report.exhibit.caseFile?.remark = "first line\nsecond line\r\nthird"
    }
    #expect(page.contains("first line<br>second line<br>third"))
    #expect(!page.contains("<details class=\"more\">"))
  }

  /// A picture that is turned to be shown has two sizes.
  @Test(arguments: [nil, 1, 3, 6, 8])
  func `a turned picture has both its sizes`(_ orientation: Int?) throws {
    let page = try page { _, examination in examination.metadata.orientation = orientation }
    let both = "shown as 853 × 1,280 pixels, stored as 1,280 × 853"
    #expect(page.contains(both) == (orientation ?? 1 > 4))
    #expect(page.contains("JPEG, 1,280 × 853 pixels") == (orientation ?? 1 < 5))
  }

  /// Only a service keeps the original.
  @Test func `a command keeps nothing`() throws {
    var report = SampleReports.broken
    #expect(try PageTests.page(report).contains("The original is kept as it arrived."))
    report.custody = []
    #expect(try !PageTests.page(report).contains("is kept as it arrived"))
  }
}
