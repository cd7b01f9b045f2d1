import ForensicCore
import Foundation
import GRDB

extension Journal {
  /// The columns of a `Case`, in the order `readCase` expects.
  static let columns = """
    exhibits.number, id, inbox, inboxes.name, inboxes.path, folder, exhibits.name, sha256, size,
    modified, received, disposition, inode, birth, state, since, attempts, due, place,
    same_bytes_as, fingerprint, leaning, probability, error_code, error_message, error_mend
    """

  static let source = "exhibits JOIN inboxes ON inboxes.number = exhibits.inbox"

  /// All rows of `SELECT columns FROM source` and what follows.
  static func cases(
    _ database: Database, _ clause: String, _ arguments: StatementArguments = []
  ) throws -> [Case] {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM \(source) \(clause)")
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    var cases = [Case]()
    while let row = try rows.next() { cases.append(try readCase(row)) }
    return cases
  }

  private static func readCase(_ row: Row) throws -> Case {
    let digest: Data = row[7]
    let disposition: String = row[11]
    let state: String = row[14]
    guard let sha256 = SHA256Digest(bytes: digest), let state = CaseState(rawValue: state),
      let disposition = QueueConfiguration.Disposition(rawValue: disposition)
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row cannot be read") }
    let folder: Data = row[5]
    let name: Data = row[6]
    let leaning: String? = row[21]
    let inode: Int64? = row[12]
    let identity = inode.map {
      FileIdentity(
        inode: UInt64(bitPattern: $0), size: row[8], modified: row[9], birth: row[13] ?? 0)
    }
    let error = (row[23] as String?).map {
      ExaminationFailure(
        code: $0, message: row[24] ?? "", mend: row[25], transient: state == .failed)
    }
    return Case(
      number: row[0], id: row[1],
      inbox: InboxRecord(number: row[2], name: row[3], path: row[4]),
      folder: Array(folder), name: FileName(bytes: name), sha256: sha256, size: row[8],
      modified: row[9], received: Timestamp(milliseconds: row[10]), disposition: disposition,
      identity: identity, state: state, since: Timestamp(milliseconds: row[15]),
      attempts: row[16], due: Timestamp(milliseconds: row[17]), place: row[18],
      sameBytesAs: row[19], fingerprint: row[20],
      leaning: leaning.flatMap(Conclusion.Leaning.init(rawValue:)),
      probabilityGenerated: row[22], error: error)
  }

  /// A number kept beside the exhibits, such as the length of the log.
  static func fact(_ database: Database, _ name: String) throws -> Int64? {
    try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT value FROM facts WHERE name = ?"), arguments: [name])
  }

  static func setFact(_ database: Database, _ name: String, _ value: Int64) throws {
    try database.cachedStatement(
      sql: "INSERT INTO facts VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value"
    ).execute(arguments: [name, value])
  }
}
