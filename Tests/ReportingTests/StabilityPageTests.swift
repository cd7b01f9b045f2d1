import ForensicCore
import Reporting
import Testing

/// The strip of what is said of the picture unchanged and changed.
@Suite struct StabilityPageTests {
  private func strip(_ page: String) throws -> Substring {
    let start = try #require(page.range(of: "<ol class=\"trials\""))
    let end = try #require(page[start.lowerBound...].range(of: "</ol>"))
    return page[start.lowerBound..<end.lowerBound]
  }

  @Test func `every change has a cell with words`() throws {
    let page = try PageTests.page("generated")
    let strip = try strip(page)
    #expect(strip.contains("As received"))
    for change in Stability.Change.allCases { #expect(strip.contains(change.title)) }
    #expect(strip.split(separator: "<li ").count == 7)
    #expect(strip.contains("<b>Inconclusive</b>") && strip.contains("<b>Not examined</b>"))
    #expect(!strip.contains("turned round"))
    #expect(page.contains("None of 4 changes turns a statement round; after 1 of them it is open."))
    #expect(page.contains("Shrunk to half its size: not examined, as the picture&#39;s shorter"))
    #expect(page.contains("3 detectors (spectrum, residual, colour)"))
    #expect(!page.contains("small changes turn it round"))
  }

  @Test func `what turns round is marked and no statement is made`() throws {
    let page = try PageTests.page("turned")
    let strip = try strip(page)
    #expect(strip.split(separator: "≠ turned round").count == 2)
    #expect(page.contains("1 of 4 changes turns the answer round."))
    #expect(page.contains("Leaning: generated") == false)
    #expect(page.contains("No statement is made, for small changes turn it round."))
    #expect(page.contains("when saved again at quality 60"))
    #expect(page.contains("A copy that was changed less on its way"))
    #expect(page.contains("no statement, for small changes turn it round"))
    #expect(!page.contains("below the threshold"))
    #expect(!page.contains("too little for a statement"))
  }

  @Test func `without it there is no strip`() throws {
    let page = try PageTests.page("camera")
    #expect(!page.contains("<ol class=\"trials\""))
    #expect(!page.contains("Does it hold"))
  }

  @Test func `the list of reports tells of it`() throws {
    let line = ReportLine(SampleReports.turned, folder: "a")
    #expect(line.flips == true)
    #expect(ReportLine(SampleReports.generated, folder: "a").flips == nil)
    let page = String(
      decoding: try IndexRenderer(templates: Folders.templates).html([line]), as: UTF8.self)
    #expect(page.contains("small changes of the picture turn the answer round"))
    #expect(!page.contains("below the threshold"))
  }

  @Test func `it is written and read`() throws {
    let json = try ReportEncoder.json(SampleReports.turned, pretty: false)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains("\"change\":\"half-size\",\"reason\":\"the time ran out\""))
    guard case .success(let examination) = try ReportDecoder.report(json).outcome else {
      Issue.record("no examination")
      return
    }
    let sample = try SampleReports.turned.outcome.get().conclusion
    #expect(examination.conclusion.stability == sample.stability)
    #expect(examination.conclusion.isTurned)
  }
}
