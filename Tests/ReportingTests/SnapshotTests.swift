import ForensicCore
import Foundation
import Reporting
import Testing

/// The pages as they are, kept as files. `RECORD_SNAPSHOTS=1` writes them anew;
/// `REPORT_PREVIEWS=DIR` writes the pages there for looking at.
@Suite struct SnapshotTests {
  static let records = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"

  @Test(arguments: SampleReports.all.map(\.name))
  func page(_ name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let json = try ReportEncoder.json(report, pretty: true)
    let html = try ReportRenderer(templates: Folders.templates).html(report, json: json)
    if let previews = ProcessInfo.processInfo.environment["REPORT_PREVIEWS"] {
      try Data(html).write(to: URL(filePath: "\(previews)/\(name).html"))
      try Data(json).write(to: URL(filePath: "\(previews)/\(name).json"))
      return
    }
    try compare(json, with: "\(name).json")
    try compare(html, with: "\(name).html")
  }

  @Test func index() throws {
    let lines = SampleReports.all.enumerated().map {
      ReportLine($1.report, folder: "2026/11/\($1.name)-\($0) #?%\u{202E}")
    }
    let html = try IndexRenderer(templates: Folders.templates).html(
      lines, total: 1284, written: SampleReports.time(9))
    if let previews = ProcessInfo.processInfo.environment["REPORT_PREVIEWS"] {
      try Data(html).write(to: URL(filePath: "\(previews)/index.html"))
      return
    }
    try compare(html, with: "index.html")
  }

  private func compare(_ bytes: [UInt8], with file: String) throws {
    let path = Folders.tests + "/Snapshots/" + file
    if Self.records { try Data(bytes).write(to: URL(filePath: path)) }
    let expected = String(decoding: Folders.bytes(path), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let found = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let place = zip(expected, found).enumerated().first { $1.0 != $1.1 }
    #expect(
      expected == found,
      "\(file), line \((place?.offset ?? min(expected.count, found.count)) + 1): \(String(describing: place?.element))"
    )
  }
}
