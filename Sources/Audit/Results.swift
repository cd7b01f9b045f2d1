import ForensicCore
import Foundation
import GRDB
import Glibc
import Reporting
import Service

/// What an audit leaves: `results.jsonl` and `results.sqlite`, one line a file in the order of
/// their places, and the summary of them. The same lines always give the same bytes, whatever
/// the order in which they were found, and however many shards they come from.
enum Results {
  static let database = "results.sqlite"
  static let lines = "results.jsonl"

  /// Writes everything.
  ///
  /// - Parameter produce: calls its argument with every line, in the order of the places.
  static func write(
    into folder: String, settings: AuditSettings, templates: String,
    produce: @escaping (@escaping (AuditRecord) throws -> Void) throws -> Void
  ) throws {
    let partial = folder + "/" + database + ".partial"
    unlink(partial)
    let output = try LineWriter(path: folder + "/" + lines + ".partial")
    var configuration = GRDB.Configuration()
    configuration.prepareDatabase { database in
      // A file that is thrown away when anything goes wrong needs no journal of its own.
      try database.execute(sql: "PRAGMA journal_mode = OFF")
      try database.execute(sql: "PRAGMA synchronous = OFF")
    }
    let queue = try DatabaseQueue(path: partial, configuration: configuration)
    try queue.write { database in
      try database.execute(sql: AuditTable.schema)
      try produce { record in
        try AuditTable.insert(record, into: database)
        try output.write(try ReportEncoder.bytes(record, pretty: false))
      }
      try database.execute(sql: AuditTable.digestIndex)
      try database.execute(
        sql: """
          CREATE INDEX files_perceptual_hash ON files(perceptual_hash)
            WHERE perceptual_hash IS NOT NULL;
          """)
    }
    let summary = try queue.read { try SummaryQueries($0).summary(settings) }
    try queue.close()
    try output.finish(as: folder + "/" + lines)
    try Self.synchronise(partial)
    guard rename(partial, folder + "/" + database) == 0 else {
      throw SystemError(action: "write", path: folder + "/" + database)
    }
    try FileSystem.write(
      ReportEncoder.bytes(summary, pretty: true), path: folder + "/summary.json")
    let page = try AuditSummaryRenderer(templates: templates).html(summary)
    try FileSystem.write(page, path: folder + "/summary.html")
    try Self.synchronise(folder)
  }

  /// How many lines finished results have, by status, as their summary says.
  static func tallies(folder: String) throws -> [AuditRecord.Status: Int] {
    struct Summary: Decodable { var statuses: [String: Int] }
    let bytes = try FileSystem.read(path: folder + "/summary.json")
    let statuses = try JSONDecoder().decode(Summary.self, from: Data(bytes)).statuses
    return Dictionary(
      uniqueKeysWithValues: statuses.compactMap { name, count in
        AuditRecord.Status(rawValue: name).map { ($0, count) }
      })
  }

  private static func synchronise(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(action: "write", path: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SystemError(action: "write", path: path) }
  }
}

/// Lines of text, collected and written in large pieces; there whole or not at all.
final class LineWriter {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemError(action: "create", path: path) }
  }

  deinit { close(descriptor) }

  func write(_ line: [UInt8]) throws {
    buffer += line
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count > 1 << 18 { try flush() }
  }

  func finish(as name: String) throws {
    try flush()
    guard fsync(descriptor) == 0, rename(path, name) == 0 else {
      throw SystemError(action: "write", path: name)
    }
  }

  private func flush() throws {
    var offset = 0
    while offset < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemError(action: "write", path: path) }
      offset += count
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

/// The lines of finished results, in their order, a few hundred at a time.
final class LineSource {
  private let database: DatabaseQueue
  private var lines: ArraySlice<AuditRecord> = []
  private var last: AuditRecord.Place?
  private var isAtEnd = false

  private static let page = 256

  init(folder: String) throws {
    let path = folder + "/" + Results.database
    guard FileSystem.exists(path) else {
      throw AuditError(
        "\(folder.madeVisible) holds no results",
        mend: "Name the --output folder of an audit that has finished.")
    }
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    database = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// The next line without taking it; `nil` at the end.
  func peek() throws -> AuditRecord? {
    if lines.isEmpty, !isAtEnd { try fill() }
    return lines.first
  }

  func next() throws -> AuditRecord? {
    let line = try peek()
    if line != nil { lines.removeFirst() }
    return line
  }

  private func fill() throws {
    let page = try database.read { database in
      if let last {
        return try Row.fetchAll(
          database,
          sql: AuditTable.select(database)
            + " WHERE (path, position) > (?, ?) ORDER BY path, position LIMIT ?",
          arguments: [Data(last.path), last.position, Self.page])
      }
      return try Row.fetchAll(
        database, sql: AuditTable.select(database) + " ORDER BY path, position LIMIT ?",
        arguments: [Self.page])
    }
    lines = try page.map(AuditTable.record)[...]
    last = lines.last?.place ?? last
    isAtEnd = page.count < Self.page
  }
}
