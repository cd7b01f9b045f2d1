import Foundation
import GRDB

/// A change of a running audit's state.
enum StoreChange {
  case line(AuditRecord)
  /// What has its line is still there, and all that lies in it.
  case present(AuditRecord.Place)
  /// A folder cannot be looked into: what lies below it may be there or not.
  case hidden(below: [UInt8])
  /// A container is opened of which no line, or lines of another file in its place, are known.
  case container(path: [UInt8], size: Int, modified: Int64?)

  /// - Parameter isResumed: whether there are lines of earlier runs.
  func apply(to database: Database, isResumed: Bool) throws {
    func execute(_ sql: String, _ arguments: StatementArguments) throws {
      try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
    let keep = "INSERT OR IGNORE INTO present SELECT path, position FROM files"
    switch self {
    case .line(let record):
      let path = Data(record.place.path)
      let isClosed = try isResumed && Self.isClosedContainer(record, in: database)
      if isClosed {
        try execute(keep + " WHERE path = ?", [path])
        if try Self.isKnown(record.place.path, in: database) { return }
      }
      try AuditTable.insert(record, into: database)
      guard isResumed else { return }
      if record.place.position.isEmpty, record.members == nil, !isClosed {
        // Where there was a container, there is none now.
        try execute("DELETE FROM files WHERE path = ? AND position <> ''", [path])
      }
      try execute("INSERT OR IGNORE INTO present VALUES (?, ?)", [path, record.place.position])
    case .present(let place):
      try execute(
        keep + " WHERE path = ? AND position >= ? AND position < ?",
        [Data(place.path), place.position, place.end])
    case .hidden(let folder):
      guard !folder.isEmpty else { return try execute(keep, []) }
      // Behind `/` comes `0`.
      try execute(
        keep + " WHERE path >= ? AND path < ?",
        [Data(folder + [UInt8(ascii: "/")]), Data(folder + [UInt8(ascii: "0")])])
    case .container(let path, let size, let modified):
      // Its own line too, which would say that its members have theirs.
      try execute("DELETE FROM files WHERE path = ?", [Data(path)])
      try execute(
        "INSERT OR REPLACE INTO containers VALUES (?, ?, ?)", [Data(path), size, modified])
    }
  }

  /// Whether a file has a line of its own that says more than that it could not be read.
  static func isKnown(_ path: [UInt8], in database: Database) throws -> Bool {
    try Bool.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT EXISTS(SELECT 1 FROM files
            WHERE path = ? AND position = '' AND NOT \(PassingFailure.condition))
          """),
      arguments: [Data(path)]) ?? false
  }

  /// Whether this is the line of a container that is as it was and cannot be opened any more: what is
  /// known of it and of its members tells more.
  private static func isClosedContainer(_ line: AuditRecord, in database: Database) throws -> Bool {
    guard line.place.position.isEmpty, line.errorCode == "file.unreadable" else { return false }
    return try Bool.fetchOne(
      database.cachedStatement(
        sql: """
          SELECT EXISTS(SELECT 1 FROM containers
            WHERE path = ? AND size = ? AND modified IS ?)
          """),
      arguments: [Data(line.place.path), line.size, line.modified]) ?? false
  }
}

extension AuditRecord.Place {
  /// What follows all positions within it: digits and `/` come before.
  var end: String { position.isEmpty ? ":" : position + "0" }
}
