import ForensicCore
import Foundation
import GRDB

extension Journal {
  /// A report found in the outbox that the journal knows nothing of.
  package struct Found: Sendable {
    package var place: String
    package var isQuarantined: Bool
    package var folder: PublishedFolder

    package init(place: String, isQuarantined: Bool, folder: PublishedFolder) {
      self.place = place
      self.isQuarantined = isQuarantined
      self.folder = folder
    }
  }

  /// Writes down reports that were found; those whose number or place is known already are left
  /// out. Notes how long `reports.jsonl` then is. Gives how many were new.
  @discardableResult
  package func adopt(_ reports: [Found], logLength: Int) throws -> Int {
    try write { database in
      var count = 0
      for found in reports where try Self.adopt(database, found) { count += 1 }
      try Self.setFact(database, "log", Int64(logLength))
      return count
    }
  }

  private static func adopt(_ database: Database, _ found: Found) throws -> Bool {
    let exhibit = found.folder.exhibit
    guard let id = exhibit.id, let received = exhibit.received ?? found.folder.provenance.written
    else { return false }
    let known = try Int.fetchOne(
      database, sql: "SELECT 1 FROM exhibits WHERE id = ? OR place = ?",
      arguments: [id, found.place])
    guard known == nil else { return false }
    let inbox = try inboxNumber(database, exhibit.inbox ?? "unknown")
    let since = found.folder.custody.last?.time ?? received
    let name = exhibit.nameBytes.flatMap(bytes(ofHex:)) ?? Array(exhibit.name.utf8)
    let new = Case(
      number: 0, id: id, inbox: InboxRecord(number: inbox, name: "", path: ""),
      folder: Array((exhibit.folder ?? "").utf8), name: FileName(bytes: name),
      sha256: exhibit.sha256, size: exhibit.size,
      modified: exhibit.modified?.nanoseconds ?? 0, received: received,
      disposition: .keep, state: found.isQuarantined ? .quarantined : .reported, since: since,
      attempts: 1, due: received, place: found.place, sameBytesAs: exhibit.sameBytesAs,
      fingerprint: found.folder.provenance.fingerprint, leaning: found.folder.leaning,
      probabilityGenerated: found.folder.probabilityGenerated, error: found.folder.error,
      sidecar: exhibit.sidecar)
    let number = try insertRow(database, new, rebuilt: true)
    for event in found.folder.custody {
      guard let state = CaseState(rawValue: event.state) else { continue }
      try append(
        database, number, CaseTransition(time: event.time, state: state, cause: event.cause))
    }
    try countOn(database, id)
    return true
  }

  /// Keeps the running number ahead of a number that was given before.
  private static func countOn(_ database: Database, _ id: String) throws {
    let parts = id.split(separator: "-")
    guard parts.count == 2, let year = Int(parts[0]), let sequence = Int64(parts[1]) else { return }
    let name = "sequence-\(year)"
    if try (fact(database, name) ?? 0) < sequence { try setFact(database, name, sequence) }
  }

  private static func inboxNumber(_ database: Database, _ name: String) throws -> Int64 {
    if let number = try Int64.fetchOne(
      database, sql: "SELECT number FROM inboxes WHERE name = ? ORDER BY number DESC",
      arguments: [name])
    {
      return number
    }
    try database.execute(sql: "INSERT INTO inboxes(name, path) VALUES (?, '')", arguments: [name])
    return database.lastInsertedRowID
  }

  /// Whether this is the file behind a report that was adopted without knowing its inode; the
  /// journal then knows it again. Only for originals that stay in their inbox.
  package func recognise(_ new: NewCase) throws -> Bool {
    guard new.disposition != .archive else { return false }
    return try write { database in
      try database.cachedStatement(
        sql: """
          UPDATE exhibits SET inode = ?, birth = ?, modified = ?, rebuilt = 0, inbox = ?
          WHERE number = (
            SELECT exhibits.number FROM exhibits JOIN inboxes ON inboxes.number = exhibits.inbox
            WHERE sha256 = ? AND size = ? AND rebuilt = 1 AND exhibits.name = ? AND folder = ?
              AND inboxes.name = ? AND modified = ? LIMIT 1)
          """
      ).execute(arguments: [
        Int64(bitPattern: new.identity.inode), new.identity.birth, new.identity.modified,
        new.inbox.number, Self.blob(new.sha256), new.identity.size, Data(new.name.bytes),
        Data(new.folder),
        new.inbox.name,
        Timestamp(nanoseconds: new.identity.modified).nanoseconds,
      ])
      return database.changesCount > 0
    }
  }

  /// Whether any row stems from the outbox and waits for its file to be recognised.
  package func hasRebuiltRows() throws -> Bool {
    try pool.read {
      try Int.fetchOne($0, sql: "SELECT 1 FROM exhibits WHERE rebuilt = 1 LIMIT 1") != nil
    }
  }

  private static func bytes(ofHex text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    return try? stride(from: 0, to: digits.count, by: 2).map { index in
      let pair = String(decoding: digits[index..<(index + 2)], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16) else { throw QueueError(code: "hex", message: pair) }
      return byte
    }
  }
}
