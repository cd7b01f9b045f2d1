import ForensicCore
import Foundation
import GRDB
import Glibc
import Service
import Synchronization

/// The state of a running audit: one line for every file that is done, in SQLite with a
/// write-ahead log. Lines are collected and written in batches; a batch is on disk or not there
/// at all, whatever instant the process is killed at.
final class AuditStore: Sendable {
  private let database: DatabaseQueue
  private let lock: Int32
  private let waiting = Mutex<[AuditRecord]>([])

  /// Lines that are written together at most.
  private static let batch = 256

  /// Opens the state of an audit, or begins it.
  /// - Throws: when another process has it open, or it belongs to an audit of something else.
  init(folder: String, settings: AuditSettings) throws {
    try FileSystem.makeFolder(folder)
    lock = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw AuditError(
        "\(folder.madeVisible) is in use by another audit",
        mend: "Wait for it, or name another folder with --output.")
    }
    var configuration = GRDB.Configuration()
    configuration.journalMode = .wal
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    database = try DatabaseQueue(path: folder + "/state.sqlite", configuration: configuration)
    try database.write { database in
      guard try !database.tableExists("files") else { return try AuditTable.complete(database) }
      try database.execute(sql: AuditTable.schema + AuditTable.digestIndex)
      try database.execute(sql: "CREATE TABLE settings(value TEXT NOT NULL)")
      let value = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
      try database.execute(sql: "INSERT INTO settings VALUES (?)", arguments: [value])
    }
    let text = try database.read { try String.fetchOne($0, sql: "SELECT value FROM settings") }
    let old = try text.map { try JSONDecoder().decode(AuditSettings.self, from: Data($0.utf8)) }
    if let old, let difference = settings.difference(from: old) {
      throw AuditError(
        "\(folder.madeVisible) holds an audit of something else (\(difference))",
        mend: "Go on with the old settings, or name another folder with --output.")
    }
  }

  deinit { close(lock) }

  /// Whether a file has a line, and still is the file of that line.
  func isDone(_ place: AuditRecord.Place, size: Int, modified: Int64?) throws -> Bool {
    try database.read { database in
      let row = try Row.fetchOne(
        database.cachedStatement(
          sql: "SELECT size, modified FROM files WHERE path = ? AND position = ?"),
        arguments: [Data(place.path), place.position])
      guard let row else { return false }
      return row[0] == size && row[1] == modified
    }
  }

  /// The examination of the same bytes, if they have been met.
  func known(_ digest: SHA256Digest) throws -> AuditRecord? {
    try database.read { database in
      try Row.fetchOne(
        database.cachedStatement(
          sql: """
            \(AuditTable.select(database)) WHERE sha256 = ? AND status <> 'failed' LIMIT 1
            """),
        arguments: [Data(digest.bytes)]
      ).map(AuditTable.record)
    }
  }

  /// Takes a line; it is on disk after the next `flush`.
  func add(_ record: AuditRecord) throws {
    let full = waiting.withLock { waiting in
      waiting.append(record)
      return waiting.count >= Self.batch
    }
    if full { try flush() }
  }

  /// Writes what has been collected, in one transaction.
  func flush() throws {
    try database.write { database in
      // Taken within the transaction: no line may be on disk before one that was added earlier,
      // because a container's own line says that its members have theirs.
      let records = waiting.withLock { waiting in
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
      }
      for record in records { try AuditTable.insert(record, into: database) }
    }
  }

  /// How many lines there are, by status.
  func tallies() throws -> [AuditRecord.Status: Int] {
    try database.read { database in
      var tallies = [AuditRecord.Status: Int]()
      let rows = try Row.fetchAll(
        database, sql: "SELECT status, count(*) FROM files GROUP BY status")
      for row in rows {
        if let status = AuditRecord.Status(rawValue: row[0]) { tallies[status] = row[1] }
      }
      return tallies
    }
  }

  /// Every line, in the order of the results.
  func forEach(_ body: (AuditRecord) throws -> Void) throws {
    try database.read { database in
      let rows = try Row.fetchCursor(
        database, sql: AuditTable.select(database) + " ORDER BY path, position")
      while let row = try rows.next() { try body(AuditTable.record(row)) }
    }
  }

  /// Takes the state away, once the results are on disk. The lock stays until the end.
  func remove(folder: String) throws {
    try database.close()
    for ending in ["", "-wal", "-shm"] { unlink(folder + "/state.sqlite" + ending) }
    unlink(folder + "/lock")
  }
}
