import ForensicCore

/// What `report.mustache` shows, drawn from the report and nothing else.
struct ReportView {
  var fields: Fields = ["version": ForensicVersion.current]

  init(_ report: Report) {
    fields["name"] = report.exhibit.name
  }
}
