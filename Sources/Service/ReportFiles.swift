import CaseQueue
import ForensicCore
import Reporting

/// Renders reports and the index with one set of templates, for every place that publishes.
public struct ReportFiles: Sendable {
  private let report: ReportRenderer
  private let index: IndexRenderer

  public init(templates: String) throws(ConfigurationError) {
    do {
      report = try ReportRenderer(templates: templates)
      index = try IndexRenderer(templates: templates)
    } catch {
      throw ConfigurationError(file: templates, problem: String(describing: error))
    }
  }

  /// `report.json` and `report.html` of one exhibit.
  public func render(_ value: Report) throws -> RenderedReport {
    let json = try ReportEncoder.json(value, pretty: true)
    return RenderedReport(json: json, html: try report.html(value, json: json))
  }

  /// `index.html` over the latest reports.
  public func renderIndex(_ value: ReportIndex) -> [UInt8] {
    index.html(
      ReportLine.lines(of: value.lines), total: value.reported + value.quarantined,
      written: value.written)
  }
}
