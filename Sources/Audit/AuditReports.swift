import ForensicCore
import Service

/// Whole reports beside an audit's results, each in a folder named after the file's place.
struct AuditReports: Sendable {
  let files: ReportFiles
  /// `reports/` below the audit's folder.
  let folder: String

  /// `3f/3f9a…`, 32 digits of the SHA-256 of path and position: no name of a file is ever a path.
  static func folderName(of place: AuditRecord.Place) -> String {
    let key = place.path + [0] + Array(place.position.utf8)
    let digits = ContentDigest.of(key).hex
    return digits.prefix(2) + "/" + digits.prefix(32)
  }

  func write(_ report: Report, of place: AuditRecord.Place) throws {
    let rendered = try files.render(report)
    let target = folder + "/" + Self.folderName(of: place)
    try FileSystem.makeFolder(target)
    try FileSystem.write(rendered.json, path: target + "/report.json")
    try FileSystem.write(rendered.html, path: target + "/report.html")
  }
}
