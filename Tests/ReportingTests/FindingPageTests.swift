import ForensicCore
import Reporting
import Testing

/// Measured values on the page.
@Suite struct FindingPageTests {
  private func page(_ result: [String: String], _ parameters: [String: String]) throws -> String {
    var report = SampleReports.inconclusive
    var examination = try report.outcome.get()
    examination.findings = [
      Finding(
        code: "jpeg.grid", method: "Votes", summary: "A grid.", parameters: parameters,
        result: result)
    ]
    report.outcome = .success(examination)
    return try PageTests.page(report)
  }

  @Test func `programs' names become words, and digits that say nothing go`() throws {
    let page = try page(
      [
        "log10FalseAlarms": "-189755.0", "lastQuality": "65", "log10LikelihoodRatio": "12345.6",
        "median": "1234.5", "DateTime": "2026:11:20 09:00:00",
      ], ["fewestPairs": "5"])
    for key in ["log10FalseAlarms", "lastQuality", "log10LikelihoodRatio", "fewestPairs"] {
      #expect(!page.contains(key))
    }
    #expect(page.contains("</span> fewer than 10⁻¹⁰⁰</li>"))
    #expect(page.contains("quality of the last saving, luma alone</span> 65</li>"))
    #expect(page.contains("</span> 12,346</li>"))
    // Unknown names stay as they are, with their values.
    #expect(page.contains("median</span> 1234.5</li>"))
    #expect(page.contains("DateTime</span> 2026:11:20 09:00:00</li>"))
  }

  @Test(
    arguments: [
      ("-11.6", "about 10⁻¹²"), ("-0.2", "about 1"), ("3", "about 10³"), ("-100", "about 10⁻¹⁰⁰"),
      ("1e9", "more than 10¹⁰⁰"), ("nan", "nan"), ("many", "many"),
    ])
  func `false alarms are powers of ten`(_ value: String, _ words: String) throws {
    #expect(try page(["log10FalseAlarms": value], [:]).contains("</span> \(words)</li>"))
  }
}
