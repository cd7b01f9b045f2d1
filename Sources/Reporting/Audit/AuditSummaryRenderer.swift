import ForensicCore

/// `AuditSummary` → `summary.html`: one file without script or outside reference, as reports are.
public struct AuditSummaryRenderer: Sendable {
  private let templates: Templates
  private let policy: String

  /// - Parameter directory: The folder of the Mustache templates and `style.css`.
  public init(templates directory: String) throws(TemplateFailure) {
    templates = try Templates(directory: directory, roots: ["audit"])
    policy = ContentSecurityPolicy.text(style: templates.style)
  }

  /// The page of one audit: `summary.html`.
  public func html(_ summary: AuditSummary) -> [UInt8] {
    var fields = AuditView(summary).fields
    fields["policy"] = policy
    fields["style"] = Markup(templates.style)
    return Array(templates.render("audit", fields).utf8)
  }
}
