import ForensicCore
import Foundation
import GRDB

/// The journal: one row an exhibit, every transition with its time and cause, in SQLite.
///
/// Writes are transactions over whole groups of exhibits and return once they are on disk
/// (`synchronous=FULL` in WAL mode), but for marks that a restart makes again anyway. One thread
/// writes at a time; reads never wait for writes.
package final class Journal: Sendable {
  package let pool: DatabasePool

  /// Opens the journal, makes or migrates its schema, and looks for damage.
  ///
  /// - Parameter thorough: read every page, index and row. For journals under 64 MiB every page is
  ///   read (`quick_check`) anyway, which takes well under a second.
  package init(path: String, thorough: Bool = false) throws {
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.busyMode = .timeout(5)
    // Every connection has pages of its own and keeps them: few and small, so that the service is
    // soon as large as it will ever be. The system keeps the file's pages besides.
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -1024")
    }
    pool = try DatabasePool(path: path, configuration: configuration)
    let size = (try? FileFacts(at: AT_FDCWD, Array(path.utf8)).size) ?? 0
    if thorough || size < 64 << 20 {
      let check = thorough ? "integrity_check" : "quick_check"
      let answer = try pool.read { try String.fetchOne($0, sql: "PRAGMA \(check)(1)") }
      guard answer == "ok" else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: answer)
      }
    }
    guard try !pool.read(Self.migrator.hasBeenSuperseded) else {
      throw QueueError(
        code: "journal.newer",
        message: "\(path.madeVisible) was written by a later version of forensicd, and this one "
          + "cannot read it; install that version again, or give this one a state folder and an "
          + "outbox of its own")
    }
    try Self.migrator.migrate(pool)
    if thorough { try pool.read(Self.readEveryRow) }
  }

  /// Folds the write-ahead log into the file and closes the connections.
  package func close() {
    _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try? pool.close()
  }

  /// Whether this error means that the file itself is damaged.
  package static func isDamage(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return true
    // A schema that cannot be made because half of it is there.
    case .SQLITE_ERROR: return error.message?.contains("malformed") ?? false
    default: return false
    }
  }

  /// Writes a transaction. Not `durable`: it survives the process but perhaps not a power cut.
  func write<Value>(durable: Bool = true, _ body: (Database) throws -> Value) throws -> Value {
    try pool.writeWithoutTransaction { database in
      if !durable { try database.execute(sql: "PRAGMA synchronous = NORMAL") }
      defer {
        if !durable { try? database.execute(sql: "PRAGMA synchronous = FULL") }
      }
      var result: Value?
      try database.inTransaction(.immediate) {
        result = try body(database)
        return .commit
      }
      guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
      return result
    }
  }
}
