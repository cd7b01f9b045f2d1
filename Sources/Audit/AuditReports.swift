import ForensicCore
import Service

/// Whole reports beside an audit's results, each in a folder named after the file's place.
struct AuditReports: Sendable {
  let files: ReportFiles
  private let audit: String

  /// The name of its folder below the audit's own.
  static let name = "reports"

  /// - Parameter audit: the audit's own folder.
  init(files: ReportFiles, audit: String) {
    self.files = files
    self.audit = audit
  }

  /// `reports/3f/3f9a…`, 32 digits of the SHA-256 of path and position: no name of a file is ever a
  /// path.
  static func folder(of place: AuditRecord.Place) -> String {
    let key = place.path + [0] + Array(place.position.utf8)
    let digits = ContentDigest.of(key).hex
    return name + "/" + digits.prefix(2) + "/" + digits.prefix(32)
  }

  /// - Returns: the report's folder, below the audit's own.
  func write(_ report: Report, of place: AuditRecord.Place) throws -> String {
    let rendered = try files.render(report)
    let folder = Self.folder(of: place)
    let target = audit + "/" + folder
    try FileSystem.makeFolder(target)
    try FileSystem.write(rendered.json, path: target + "/report.json")
    try FileSystem.write(rendered.html, path: target + "/report.html")
    return folder
  }
}
