import ForensicCore
import Foundation
import GRDB

/// The table of lines, the same in the state of a running audit and in `results.sqlite`.
enum AuditTable {
  /// Sorted by its key, so that results come out in their order at no further cost.
  static let schema = """
    CREATE TABLE files(
      path BLOB NOT NULL,
      position TEXT NOT NULL,
      member BLOB,
      status TEXT NOT NULL,
      size INTEGER NOT NULL,
      modified INTEGER,
      sha256 BLOB,
      format TEXT,
      width INTEGER,
      height INTEGER,
      quality INTEGER,
      probability REAL,
      ratio REAL,
      family TEXT,
      families TEXT,
      findings TEXT,
      camera TEXT,
      taken TEXT,
      perceptual_hash TEXT,
      error_code TEXT,
      error_message TEXT,
      members INTEGER,
      report TEXT,
      PRIMARY KEY(path, position)) WITHOUT ROWID;
    """
  static let digestIndex = "CREATE INDEX files_sha256 ON files(sha256) WHERE sha256 IS NOT NULL;"

  private static let columns = """
    path, position, member, status, size, modified, sha256, format, width, height, quality,
    probability, ratio, families, findings, camera, taken, perceptual_hash, error_code,
    error_message, members
    """

  /// The query of every line. Results of an earlier version have no column `report`.
  static func select(_ database: Database) throws -> String {
    let report = try hasReports(database) ? "report" : "NULL"
    return "SELECT \(columns), \(report) FROM files"
  }

  /// Gives the table of an audit that an earlier version began the column that it lacks.
  static func complete(_ database: Database) throws {
    if try !hasReports(database) { try database.execute(sql: "ALTER TABLE files ADD report TEXT") }
  }

  private static func hasReports(_ database: Database) throws -> Bool {
    try database.columns(in: "files").contains { $0.name == "report" }
  }

  static func insert(_ record: AuditRecord, into database: Database) throws {
    let family = record.families?.filter { $0.key != "real" }
      .max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO files(\(columns), report, family)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      Data(record.place.path), record.place.position, record.place.member.map { Data($0) },
      record.status.rawValue, record.size, record.modified, record.sha256.map { Data($0.bytes) },
      record.format, record.width, record.height, record.quality, record.probability,
      record.ratio, try record.families.map(json),
      record.findings.isEmpty ? nil : try json(record.findings), record.camera, record.taken,
      record.perceptualHash, record.errorCode, record.errorMessage, record.members,
      record.report, family,
    ])
  }

  static func record(_ row: Row) throws -> AuditRecord {
    guard let status = AuditRecord.Status(rawValue: row[3]) else {
      throw AuditError("the results hold a line that cannot be read")
    }
    let path: Data = row[0]
    let member: Data? = row[2]
    var record = AuditRecord(
      place: .init(path: Array(path), position: row[1], member: member.map { Array($0) }),
      status: status, size: row[4], modified: row[5])
    record.sha256 = (row[6] as Data?).flatMap { SHA256Digest(bytes: $0) }
    record.format = row[7]
    record.width = row[8]
    record.height = row[9]
    record.quality = row[10]
    record.probability = row[11]
    record.ratio = row[12]
    record.families = try (row[13] as String?).map { try value($0) }
    record.findings = try (row[14] as String?).map { try value($0) } ?? []
    record.camera = row[15]
    record.taken = row[16]
    record.perceptualHash = row[17]
    record.errorCode = row[18]
    record.errorMessage = row[19]
    record.members = row[20]
    record.report = row[21]
    return record
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func value<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}
