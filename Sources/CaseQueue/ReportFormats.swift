import ForensicCore
import Foundation

/// Plain forms of a report, for where nobody brings better ones.
public enum ReportFormats {
  private struct Line: Encodable {
    var id: String?
    var name: String
    var sha256: SHA256Digest?
    var folder: String
    var received: Timestamp?
    var written: Timestamp?
    var leaning: Conclusion.Leaning?
    var probabilityGenerated: Double?
    var error: String?
    var sameBytesAs: String?
  }

  /// A line of `reports.jsonl`.
  public static func line(_ report: Report, folder: String) throws -> [UInt8] {
    let conclusion = try? report.outcome.get().conclusion
    var error: String?
    if case .failure(let failure) = report.outcome { error = failure.code }
    let line = Line(
      id: report.exhibit.id, name: report.exhibit.name, sha256: report.exhibit.sha256,
      folder: folder, received: report.exhibit.received, written: report.provenance.written,
      leaning: conclusion?.leaning, probabilityGenerated: conclusion?.probabilityGenerated,
      error: error, sameBytesAs: report.exhibit.sameBytesAs)
    return try encode(line) + [UInt8(ascii: "\n")]
  }

  /// Reads a `report.json`.
  public static func read(_ bytes: [UInt8]) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(bytes))
  }

  /// A report as bare JSON and a page of one paragraph: what is published when the renderer fails.
  public static func plain(_ report: Report) throws -> RenderedReport {
    let name = report.exhibit.name.madeVisible
    var text = "The report on \(name) could not be drawn; report.json holds all of it."
    if case .failure(let failure) = report.outcome { text += " " + failure.message }
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    let html = "<!doctype html><meta charset=\"utf-8\"><title>Report</title><p>\(escaped)</p>\n"
    return RenderedReport(json: try encode(report), html: Array(html.utf8))
  }

  private static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }
}
