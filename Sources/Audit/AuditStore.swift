import ForensicCore
import Foundation
import GRDB
import Glibc
import Service
import Synchronization

/// The state of a running audit: one line for every file that is done, in SQLite with a
/// write-ahead log. Lines are collected and written in batches; a batch is on disk or not there
/// at all, whatever instant the process is killed at.
package final class AuditStore: Sendable {
  /// Those that the audit was begun with: they know the folder of a list's relative paths.
  package let settings: AuditSettings
  /// Whether there are lines of earlier runs: then it is noted what is still there.
  package let isResumed: Bool

  static let name = "state.sqlite"

  private let database: DatabaseQueue
  private let lock: AuditLock
  private let waiting = Mutex(Waiting())

  /// What is to be written, in its order.
  private struct Waiting {
    var changes: [StoreChange] = []
    var lines = 0
  }

  /// Lines that are written together at most, and changes of any kind: a line that is lost is work.
  private static let batch = (lines: 256, changes: 4096)

  /// Opens the state of an audit, or begins it.
  /// - Returns: `nil` where the audit has finished, if only just now: that is seen with the lock held.
  /// - Throws: when another process has it open, or it belongs to an audit of something else.
  package static func open(folder: String, settings: AuditSettings) throws -> AuditStore? {
    try FileSystem.makeFolder(folder)
    let lock = try AuditLock(folder: folder)
    if try RunNote.read(folder: folder) != nil {
      lock.remove()
      return nil
    }
    return try AuditStore(folder: folder, settings: settings, lock: lock)
  }

  private init(folder: String, settings: AuditSettings, lock: AuditLock) throws {
    self.lock = lock
    var configuration = GRDB.Configuration()
    configuration.journalMode = .wal
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    database = try DatabaseQueue(path: folder + "/" + Self.name, configuration: configuration)
    try database.write { database in
      try database.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS present(
            path BLOB NOT NULL, position TEXT NOT NULL, PRIMARY KEY(path, position)) WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS containers(
            path BLOB NOT NULL PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER) WITHOUT ROWID;
          DELETE FROM present;
          """)
      guard try !database.tableExists("files") else { return try AuditTable.complete(database) }
      try database.execute(sql: AuditTable.schema + AuditTable.digestIndex)
      try database.execute(sql: "CREATE TABLE settings(value TEXT NOT NULL)")
      let value = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
      try database.execute(sql: "INSERT INTO settings VALUES (?)", arguments: [value])
    }
    let (text, hasLines) = try database.read { database in
      (
        try String.fetchOne(database, sql: "SELECT value FROM settings"),
        try Bool.fetchOne(database, sql: "SELECT EXISTS(SELECT 1 FROM files)") ?? false
      )
    }
    isResumed = hasLines
    var begun = try text.map { try JSONDecoder().decode(AuditSettings.self, from: Data($0.utf8)) }
    if let difference = begun.flatMap({ settings.difference(from: $0) }) {
      throw AuditError(
        "\(folder.madeVisible) holds an audit of something else (\(difference))",
        mend: "Go on with the old settings, or name another folder with --output.")
    }
    if begun?.base == nil { begun?.base = settings.base }
    self.settings = begun ?? settings
  }

  /// Whether a file has a line, still is the file of that line, and there is no reason to try it
  /// again, or any member of it.
  package func isDone(_ place: AuditRecord.Place, size: Int, modified: Int64?) throws -> Bool {
    try database.read { database in
      let row = try Row.fetchOne(
        database.cachedStatement(
          sql: """
            SELECT size, modified, members, \(PassingFailure.condition)
            FROM files WHERE path = ? AND position = ?
            """),
        arguments: [Data(place.path), place.position])
      guard let row, row[0] == size, row[1] == modified, row[3] == 0 else { return false }
      let members: Int? = row[2]
      guard members != nil else { return true }
      return try Bool.fetchOne(
        database.cachedStatement(
          sql: """
            SELECT NOT EXISTS(SELECT 1 FROM files
              WHERE path = ? AND position > ? AND position < ? AND \(PassingFailure.condition))
            """),
        arguments: [Data(place.path), place.position, place.end]) ?? true
    }
  }

  /// Whether a file has a line of its own that says more than that it could not be read.
  package func isKnown(_ path: [UInt8]) throws -> Bool {
    try database.read { try StoreChange.isKnown(path, in: $0) }
  }

  /// A container that is a file is about to be read; where another file was in its place when it was
  /// read before, the lines of that one and of its members go.
  ///
  /// - Returns: whether members may have lines already.
  package func beginContainer(_ path: [UInt8], size: Int, modified: Int64?) throws -> Bool {
    let isSame = try database.read { database in
      let row = try Row.fetchOne(
        database.cachedStatement(sql: "SELECT size, modified FROM containers WHERE path = ?"),
        arguments: [Data(path)])
      return row.map { $0[0] == size && $0[1] == modified } ?? false
    }
    if !isSame { try append(.container(path: path, size: size, modified: modified)) }
    return isSame
  }

  /// A file that `isDone` is still there.
  package func notePresent(_ place: AuditRecord.Place) throws {
    if isResumed { try append(.present(place)) }
  }

  /// What lies below a folder cannot be seen.
  package func noteHidden(below folder: [UInt8]) throws {
    if isResumed { try append(.hidden(below: folder)) }
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
  package func add(_ record: AuditRecord) throws { try append(.line(record)) }

  private func append(_ change: StoreChange) throws {
    let isFull = waiting.withLock { waiting in
      waiting.changes.append(change)
      if case .line = change { waiting.lines += 1 }
      return waiting.lines >= Self.batch.lines || waiting.changes.count >= Self.batch.changes
    }
    if isFull { try flush() }
  }

  /// Writes what has been collected, in one transaction.
  package func flush() throws {
    try database.write { database in
      // Taken within the transaction: no line may be on disk before one that was added earlier,
      // because a container's own line says that its members have theirs.
      let changes = waiting.withLock { waiting in
        defer { waiting = Waiting() }
        return waiting.changes
      }
      for change in changes { try change.apply(to: database, isResumed: isResumed) }
    }
  }

  /// Takes away the lines of earlier runs for what is not there any more, when all has been gone over.
  /// - Throws: where that is everything: rather is the archive not there.
  package func removeStale() throws {
    try flush()
    guard isResumed else { return }
    try database.write { database in
      let isAnything = try Bool.fetchOne(
        database, sql: "SELECT EXISTS(SELECT 1 FROM present)")
      guard isAnything == true else {
        throw AuditError(
          "nothing is there any more of what was audited in \(settings.input.madeVisible)",
          mend: "Is it mounted, or the list empty? If it is to be so, name another --output.")
      }
      try database.execute(
        sql: """
          DELETE FROM files WHERE NOT EXISTS(SELECT 1 FROM present
            WHERE present.path = files.path AND present.position = files.position)
          """)
    }
  }

  /// Calls `body` with a function that tells whether a line names a report's folder.
  func withReports(_ body: ((String) throws -> Bool) throws -> Void) throws {
    try database.write { database in
      try database.execute(
        sql: "CREATE INDEX IF NOT EXISTS files_report ON files(report) WHERE report IS NOT NULL")
      let statement = try database.makeStatement(
        sql: "SELECT EXISTS(SELECT 1 FROM files WHERE report = ?)")
      try body { try Bool.fetchOne(statement, arguments: [$0]) ?? false }
    }
  }

  /// How many lines there are, by status.
  package func tallies() throws -> [AuditRecord.Status: Int] {
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
  package func forEach(_ body: (AuditRecord) throws -> Void) throws {
    try database.read { database in
      let rows = try Row.fetchCursor(
        database, sql: AuditTable.select(database) + " ORDER BY path, position")
      while let row = try rows.next() { try body(AuditTable.record(row)) }
    }
  }

  /// Takes the state away, once the results are on disk, and gives the folder free.
  package func remove(folder: String) throws {
    try database.close()
    Self.removeFiles(folder)
    lock.remove()
  }

  /// The same for an audit that has finished, where its last run was killed before it came to that.
  package static func removeLeftovers(folder: String) {
    let names = [AuditRun.startedName, name, AuditLock.name]
    guard FileSystem.exists(folder + "/" + RunNote.name),
      names.contains(where: { FileSystem.exists(folder + "/" + $0) }),
      let lock = try? AuditLock(folder: folder)
    else { return }
    removeFiles(folder)
    lock.remove()
  }

  private static func removeFiles(_ folder: String) {
    unlink(folder + "/" + AuditRun.startedName)
    for ending in ["", "-wal", "-shm"] { unlink(folder + "/" + name + ending) }
  }
}
