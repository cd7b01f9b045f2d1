import ForensicCore
import Foundation
import GRDB
import Reporting

/// The summary of an audit, asked of its finished lines. Every list has an order of its own, so
/// that the same lines give the same summary.
struct SummaryQueries {
  private let database: Database

  /// Entries of each list.
  private static let length = 50
  /// Places named in each group of copies.
  private static let places = 6

  init(_ database: Database) { self.database = database }

  func summary(_ settings: AuditSettings) throws -> AuditSummary {
    var summary = AuditSummary(
      input: settings.input, version: settings.version, bundle: settings.bundle,
      bundleDigest: settings.bundleDigest)
    for row in try rows("SELECT status, count(*), sum(size) FROM files GROUP BY status") {
      summary.statuses[row[0]] = row[1]
      summary.bytes += row[2]
    }
    for row in try rows(
      "SELECT format, count(*) FROM files WHERE format IS NOT NULL GROUP BY format")
    {
      summary.formats[row[0]] = row[1]
    }
    for row in try rows(
      "SELECT quality, status, count(*) FROM files WHERE quality IS NOT NULL GROUP BY 1, 2")
    {
      let quality: Int = row[0]
      guard (1...100).contains(quality) else { continue }
      let status: String = row[1]
      summary.quality[status, default: Array(repeating: 0, count: 100)][quality - 1] += row[2]
    }
    summary.years = try years()
    summary.suspicious = try suspicious(settings)
    try duplicates(&summary)
    try nearDuplicates(&summary)
    for row in try rows(
      """
      SELECT error_code, count(*), min(error_message) FROM files WHERE status = 'failed'
      GROUP BY error_code ORDER BY 2 DESC, 1 LIMIT \(Self.length)
      """)
    {
      summary.errors.append(.init(code: row[0] ?? "", count: row[1], example: row[2] ?? ""))
    }
    return summary
  }

  private func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
    try Row.fetchAll(database, sql: sql, arguments: arguments)
  }

  /// The year a picture says it was taken in, or else of its file's last change.
  private static let year =
    "coalesce(substr(taken, 1, 4), strftime('%Y', modified / 1000, 'unixepoch'), 'unknown')"

  private func years() throws -> [AuditSummary.Year] {
    var years = [String: AuditSummary.Year]()
    for row in try rows(
      """
      SELECT \(Self.year), count(*), sum(status = 'generated'), sum(status = 'camera')
      FROM files WHERE families IS NOT NULL GROUP BY 1
      """)
    {
      let name: String = row[0]
      years[name] = .init(year: name, pictures: row[1], generated: row[2], camera: row[3])
    }
    for row in try rows(
      """
      SELECT \(Self.year), pair.key, avg(pair.value) FROM files, json_each(families) AS pair
      WHERE families IS NOT NULL GROUP BY 1, 2
      """)
    {
      years[row[0]]?.families[row[1]] = row[2]
    }
    return years.values.sorted { $0.year < $1.year }
  }

  private func suspicious(_ settings: AuditSettings) throws -> [AuditSummary.Suspect] {
    try rows(
      """
      SELECT path, position, member, ratio, probability, family, quality FROM files
      WHERE status = 'generated' ORDER BY ratio DESC, path, position LIMIT \(Self.length)
      """
    ).map { row in
      let place = AuditRecord.Place(path: Array(row[0] as Data), position: row[1])
      return AuditSummary.Suspect(
        name: Self.name(row[0], row[2]), ratio: row[3] ?? 0, probability: row[4] ?? 0,
        family: row[5], quality: row[6],
        report: settings.reports == .none
          ? nil : AuditReports.folder(of: place) + "/report.html")
    }
  }

  private func duplicates(_ summary: inout AuditSummary) throws {
    let groups = """
      SELECT sha256, count(*) AS copies, min(size) AS bytes FROM files
      WHERE sha256 IS NOT NULL AND size > 0 GROUP BY sha256 HAVING copies > 1
      """
    for row in try rows(
      "SELECT count(*), sum(copies - 1), sum((copies - 1) * bytes) FROM (\(groups))")
    {
      summary.duplicates = .init(
        groups: row[0], surplus: row[1] ?? 0, surplusBytes: row[2] ?? 0)
    }
    for row in try rows("\(groups) ORDER BY copies DESC, sha256 LIMIT \(Self.length)") {
      let digest: Data = row[0]
      summary.duplicates.largest.append(
        .init(
          count: row[1],
          names: try names("sha256 = ?", [digest])))
    }
  }

  private func names(_ condition: String, _ arguments: StatementArguments) throws -> [String] {
    try rows(
      "SELECT path, member FROM files WHERE \(condition) ORDER BY path, position LIMIT \(Self.places)",
      arguments
    ).map { Self.name($0[0], $0[1]) }
  }

  /// Copies that are not the same bytes.
  private func nearDuplicates(_ summary: inout AuditSummary) throws {
    let found = try rows(
      """
      SELECT perceptual_hash, count(DISTINCT sha256) FROM files
      WHERE perceptual_hash IS NOT NULL GROUP BY perceptual_hash ORDER BY perceptual_hash
      LIMIT \(NearDuplicates.most + 1)
      """)
    let hashes = found.map { UInt64($0[0] as String, radix: 16) ?? 0 }
    var groups = [[Int]]()
    if hashes.count <= NearDuplicates.most {
      groups = NearDuplicates.groups(hashes)
    } else {
      summary.nearDuplicates.isPartial = true
    }
    let grouped = Set(groups.joined())
    groups += hashes.indices.filter { !grouped.contains($0) && (found[$0][1] as Int) > 1 }
      .map { [$0] }
    let counted = groups.map { group in
      (group: group, count: group.reduce(0) { $0 + (found[$1][1] as Int) })
    }.sorted { ($1.count, $0.group[0]) < ($0.count, $1.group[0]) }
    summary.nearDuplicates.groups = counted.count
    summary.nearDuplicates.surplus = counted.reduce(0) { $0 + $1.count - 1 }
    for (group, count) in counted.prefix(Self.length) {
      let keys = group.prefix(500).map { found[$0][0] as String }
      let marks = Array(repeating: "?", count: keys.count).joined(separator: ", ")
      summary.nearDuplicates.largest.append(
        .init(
          count: count,
          names: try names("perceptual_hash IN (\(marks))", StatementArguments(keys))))
    }
  }

  private static func name(_ path: Data, _ member: Data?) -> String {
    let name = FileName(bytes: path).text
    return member.map { name + "!/" + FileName(bytes: $0).text } ?? name
  }
}
