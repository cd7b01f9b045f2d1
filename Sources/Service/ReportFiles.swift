import CaseQueue
import ForensicCore
import Reporting

/// Renders reports and the index with one set of templates, for every place that publishes.
public struct ReportFiles: Sendable {
  private let report: ReportRenderer
  private let index: IndexRenderer
  private let signer: SigningKey?

  /// - Parameter signer: signs both files of every report; without one there are no signatures.
  public init(templates: String, signer: SigningKey? = nil) throws(ConfigurationError) {
    self.signer = signer
    do {
      report = try ReportRenderer(templates: templates)
      index = try IndexRenderer(templates: templates)
    } catch {
      throw ConfigurationError(file: templates, problem: String(describing: error))
    }
  }

  /// `report.json` and `report.html` of one exhibit, and their signatures.
  public func render(_ value: Report) throws -> RenderedReport {
    let json = try ReportEncoder.json(value, pretty: true)
    let html = try report.html(value, json: json)
    guard let signer else { return RenderedReport(json: json, html: html) }
    return RenderedReport(
      json: json, html: html,
      signatures: [
        "report.json.sig": try signer.signature(of: json),
        "report.html.sig": try signer.signature(of: html),
      ])
  }

  /// `index.html` over the latest reports.
  public func renderIndex(_ value: ReportIndex) -> [UInt8] {
    index.html(
      ReportLine.lines(of: value.lines), total: value.reported + value.quarantined,
      written: value.written)
  }
}
