import ForensicCore

/// The lines of `reports.jsonl` → `index.html`: the latest reports, newest first.
public struct IndexRenderer: Sendable {
  private let templates: Templates
  private let policy: String

  /// - Parameter directory: The folder of the Mustache templates and `style.css`.
  public init(templates directory: String) throws(TemplateFailure) {
    templates = try Templates(directory: directory, roots: ["index"])
    policy = ContentSecurityPolicy.text(style: templates.style)
  }

  /// The page.
  ///
  /// - Parameters:
  ///   - lines: The reports to list, newest first, as many as shall be shown.
  ///   - total: How many reports the outbox holds; `nil` when `lines` are all of them.
  ///   - written: When this page was made.
  public func html(
    _ lines: [ReportLine], total: Int? = nil, written: Timestamp? = nil
  ) -> [UInt8] {
    var fields = IndexView(lines, total: total ?? lines.count, written: written).fields
    fields["policy"] = policy
    fields["style"] = Markup(templates.style)
    return Array(templates.render("index", fields).utf8)
  }
}
