import ForensicCore
import Foundation
import GRDB

extension Journal {
  /// The columns of a `Case`, in the order `readCase` expects.
  static let columns = """
    exhibits.number, id, inbox, inboxes.name, inboxes.path, folder, exhibits.name, sha256, size,
    modified, received, disposition, inode, birth, state, since, attempts, due, place,
    same_bytes_as, fingerprint, leaning, probability, error_code, error_message, error_mend,
    sidecar, interruptions
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

  /// Fails where a row is not what the journal wrote.
  static func readEveryRow(_ database: Database) throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT \(columns) FROM \(source)")
    while let row = try rows.next() { _ = try readCase(row) }
  }

  /// A row as a `Case`. Nothing is taken for granted: the file may be damaged where SQLite, which
  /// keeps no checksums, does not see it.
  private static func readCase(_ row: Row) throws -> Case {
    func time(_ index: Int) throws -> Timestamp {
      let milliseconds: Int64 = try value(row, index)
      guard years.contains(milliseconds) else { throw unreadable }
      return Timestamp(milliseconds: milliseconds)
    }
    let digest: Data = try value(row, 7)
    let size: Int = try value(row, 8)
    let modified: Int64 = try value(row, 9)
    let attempts: Int = try value(row, 16)
    let interruptions: Int = try value(row, 27)
    let place: String = try value(row, 18)
    let sha256 = SHA256Digest(bytes: digest)
    guard sha256 != nil || digest.isEmpty,
      let state = CaseState(rawValue: try value(row, 14)),
      let disposition = QueueConfiguration.Disposition(rawValue: try value(row, 11)),
      size >= 0, (0..<1_000_000).contains(attempts),
      (0..<1_000_000).contains(interruptions),
      place.split(separator: "/").allSatisfy({ $0 != "." && $0 != ".." })
    else { throw unreadable }
    let folder: Data = try value(row, 5)
    let name: Data = try value(row, 6)
    let leaning: String? = try optional(row, 21)
    let inode: Int64? = try optional(row, 12)
    let birth: Int64? = try optional(row, 13)
    let code: String? = try optional(row, 23)
    let message: String? = try optional(row, 24)
    let mend: String? = try optional(row, 25)
    let sidecar: String? = try optional(row, 26)
    return Case(
      number: try value(row, 0), id: try value(row, 1),
      inbox: InboxRecord(
        number: try value(row, 2), name: try value(row, 3),
        path: try value(row, 4)),
      folder: Array(folder), name: FileName(bytes: name), sha256: sha256, size: size,
      modified: modified, received: try time(10), disposition: disposition,
      identity: inode.map {
        FileIdentity(
          inode: UInt64(bitPattern: $0), size: size, modified: modified, birth: birth ?? 0)
      },
      state: state, since: try time(15), attempts: attempts,
      interruptions: interruptions, due: try time(17), place: place,
      sameBytesAs: try optional(row, 19), fingerprint: try optional(row, 20),
      leaning: leaning.flatMap(Conclusion.Leaning.init(rawValue:)),
      probabilityGenerated: try optional(row, 22),
      error: code.map {
        ExaminationFailure(
          code: $0, message: message ?? "", mend: mend, transient: state == .failed)
      },
      sidecar: try sidecar.map(decode))
  }

  /// A digest as its column has it: empty where none was taken.
  static func blob(_ digest: SHA256Digest?) -> Data { Data(digest?.bytes ?? []) }

  private static func decode(_ sidecar: String) throws -> Sidecar {
    guard let value = try? JSONDecoder().decode(Sidecar.self, from: Data(sidecar.utf8)) else {
      throw unreadable
    }
    return value
  }

  /// One column. Its storage has to be of the kind asked for, which GRDB's quicker ways leave to
  /// SQLite, for which any text is a number.
  static func value<Value: DatabaseValueConvertible>(_ row: Row, _ index: Int) throws -> Value {
    guard let value = Value.fromDatabaseValue(row[index] as DatabaseValue) else { throw unreadable }
    return value
  }

  private static func optional<Value: DatabaseValueConvertible>(
    _ row: Row, _ index: Int
  ) throws -> Value? {
    row.hasNull(atIndex: index) ? nil : try value(row, index)
  }

  private static let unreadable = DatabaseError(
    resultCode: .SQLITE_CORRUPT, message: "a row cannot be read")

  /// 0000 to 9999, in milliseconds since 1970: what RFC 3339 can write.
  private static let years: Range<Int64> = -62_167_219_200_000..<253_402_300_800_000

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
