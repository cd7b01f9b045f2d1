import ForensicCore
import Foundation
import GRDB

extension Journal {
  static func insert(_ database: Database, _ arrival: NewCase) throws -> Case {
    let received = arrival.transitions.first?.time ?? Timestamp.now
    let last = arrival.transitions.last
    let year = received.components.year
    let sequence = try (fact(database, "sequence-\(year)") ?? 0) + 1
    try setFact(database, "sequence-\(year)", sequence)
    let identity = arrival.identity
    let place = try freePlace(
      database, FolderName.base(name: arrival.name, digest: arrival.sha256, received: received))
    var new = Case(
      number: 0, id: FolderName.exhibitID(year: year, sequence: sequence), inbox: arrival.inbox,
      folder: arrival.folder, name: arrival.name, sha256: arrival.sha256, size: identity.size,
      modified: identity.modified, received: received, disposition: arrival.disposition,
      identity: identity, state: last?.state ?? .queued, since: last?.time ?? received,
      // The clock may have been set back since it was seen.
      attempts: 0, due: min(received, Timestamp.now), place: place, sidecar: arrival.sidecar)
    new.number = try insertRow(database, new, rebuilt: false)
    for transition in arrival.transitions { try append(database, new.number, transition) }
    return new
  }

  /// Inserts the row itself and gives its number.
  static func insertRow(_ database: Database, _ new: Case, rebuilt: Bool) throws -> Int64 {
    try database.cachedStatement(
      sql: """
        INSERT INTO exhibits(id, inbox, folder, name, sha256, size, modified, received,
          disposition, inode, birth, rebuilt, state, since, attempts, due, place, same_bytes_as,
          fingerprint, leaning, probability, error_code, error_message, error_mend,
          sidecar)
        VALUES (:id, :inbox, :folder, :name, :sha256, :size, :modified, :received,
          :disposition, :inode, :birth, :rebuilt, :state, :since, :attempts, :due, :place, :same,
          :fingerprint, :leaning, :probability, :code, :message, :mend, :sidecar)
        """
    ).execute(arguments: [
      "id": new.id, "inbox": new.inbox.number, "folder": Data(new.folder),
      "name": Data(new.name.bytes), "sha256": Self.blob(new.sha256), "size": new.size,
      "modified": new.modified, "received": new.received.milliseconds,
      "disposition": new.disposition.rawValue,
      "inode": new.identity.map { Int64(bitPattern: $0.inode) }, "birth": new.identity?.birth,
      "rebuilt": rebuilt, "state": new.state.rawValue, "since": new.since.milliseconds,
      "attempts": new.attempts, "due": new.due.milliseconds, "place": new.place,
      "same": new.sameBytesAs, "fingerprint": new.fingerprint,
      "leaning": new.leaning?.rawValue, "probability": new.probabilityGenerated,
      "code": new.error?.code, "message": new.error?.message, "mend": new.error?.mend,
      "sidecar": try new.sidecar.map {
        String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
      },
    ])
    return database.lastInsertedRowID
  }

  /// `base`, or `base-2`, `base-3`, … where it is taken. Logarithmic in the number taken.
  static func freePlace(_ database: Database, _ base: String) throws -> String {
    let statement = try database.cachedStatement(
      sql: "SELECT 1 FROM exhibits WHERE place = ?")
    func isTaken(_ suffix: Int) throws -> Bool {
      let place = suffix == 1 ? base : "\(base)-\(suffix)"
      return try Int.fetchOne(statement, arguments: [place]) != nil
    }
    guard try isTaken(1) else { return base }
    var taken = 1
    var free = 2
    while try isTaken(free) {
      taken = free
      free *= 2
    }
    while free - taken > 1 {
      let middle = (taken + free) / 2
      if try isTaken(middle) { taken = middle } else { free = middle }
    }
    return "\(base)-\(free)"
  }

  /// Another place for an exhibit whose own is taken by a stranger.
  package func freePlace(_ base: String, from suffix: Int) throws -> String {
    try pool.read { database in
      var suffix = suffix
      while true {
        let place = "\(base)-\(suffix)"
        let taken = try Int.fetchOne(
          database, sql: "SELECT 1 FROM exhibits WHERE place = ?", arguments: [place])
        if taken == nil { return place }
        suffix += 1
      }
    }
  }
}
