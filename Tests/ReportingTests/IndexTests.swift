import ForensicCore
import Foundation
import Reporting
import Testing

/// `reports.jsonl` and `index.html`.
@Suite struct IndexTests {
  @Test(arguments: SampleReports.all.map(\.name))
  func `a line is one line and can be read`(_ name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let json = try ReportLine.json(report, folder: "2026/11/a-b")
    #expect(json.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    #expect(json.last == UInt8(ascii: "\n"))
    let lines = ReportLine.lines(of: json)
    #expect(lines.count == 1)
    #expect(lines.first?.sha256 == report.exhibit.sha256)
    #expect(lines.first?.name == report.exhibit.name)
  }

  @Test func `a cut line is passed over`() throws {
    let line = try ReportLine.json(SampleReports.camera, folder: "a")
    #expect(ReportLine.lines(of: line + line.dropLast(20)).count == 1)
    #expect(ReportLine.lines(of: line + Array("rubbish\n".utf8) + line).count == 2)
    #expect(ReportLine.lines(of: []).isEmpty)
  }

  @Test func `links are relative and cannot climb`() throws {
    let folders = ["2026/11/a b", "../../etc", "/etc", "javascript:alert(1)", "x\"><script>", "ok"]
    let lines = folders.map { ReportLine(SampleReports.camera, folder: $0) }
    let renderer = try IndexRenderer(templates: Folders.templates)
    let page = String(decoding: renderer.html(lines), as: UTF8.self)
    #expect(page.contains("href=\"./2026/11/a%20b/report.html\""))
    #expect(page.contains("href=\"./javascript%3Aalert%281%29/report.html\""))
    #expect(!page.contains("etc/report.html"))
    #expect(!page.contains("<script"))
    let count = page.matches(of: /href="[^"]*report\.html"/).count
    #expect(count == 4)
  }

  private func page(_ line: ReportLine) throws -> String {
    String(decoding: try IndexRenderer(templates: Folders.templates).html([line]), as: UTF8.self)
  }

  @Test func `a row says what its report says`() throws {
    var line = ReportLine(SampleReports.inconclusive, folder: "a")
    line.logLikelihoodRatio = 0.47
    line.words = "weak support for a generated picture"
    var page = try page(line)
    #expect(page.contains("the likelihood ratio is below the threshold for a statement"))
    #expect(!page.contains("weak support"))
    line = ReportLine(SampleReports.generated, folder: "a")
    line.family = "flux"
    page = try self.page(line)
    #expect(page.contains(" · most like FLUX"))
    #expect(page.contains("aria-label=\"JSON of "))
  }

  @Test(arguments: [
    ("format.unknown", "not a JPEG, PNG or WebP"), ("limit.size", "a larger file than is allowed"),
    ("of.later.make", "of.later.make"),
  ])
  func `a failure is told in words`(_ code: String, _ words: String) throws {
    var line = ReportLine(SampleReports.broken, folder: "a")
    line.error = code
    #expect(try page(line).contains("<p class=\"detail\">\(words)</p>"))
  }

  @Test func `an empty outbox says so`() throws {
    let page = String(
      decoding: try IndexRenderer(templates: Folders.templates).html([]), as: UTF8.self)
    #expect(page.contains("No picture has been examined yet."))
  }
}
