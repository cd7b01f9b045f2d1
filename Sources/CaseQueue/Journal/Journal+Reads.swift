import ForensicCore
import Foundation
import GRDB

extension Journal {
  /// How many exhibits stand where. Seven rows, whatever the number of exhibits.
  package func counts() throws -> [CaseState: Int] {
    try pool.read { database in
      var counts = [CaseState: Int]()
      for row in try Row.fetchAll(database, sql: "SELECT state, count FROM counters") {
        if let state = CaseState(rawValue: try Self.value(row, 0)) {
          counts[state] = try Self.value(row, 1)
        }
      }
      return counts
    }
  }

  /// Exhibits that are to be examined now, the longest waiting first.
  package func waiting(limit: Int, now: Timestamp) throws -> [Case] {
    try pool.read {
      try Self.cases(
        $0, "WHERE state IN ('queued', 'failed') AND due <= ? ORDER BY due LIMIT ?",
        [now.milliseconds, limit])
    }
  }

  /// When the next exhibit that waits for another attempt is due.
  package func nextDue(after now: Timestamp) throws -> Timestamp? {
    try pool.read { database in
      try Int64.fetchOne(
        database,
        sql: "SELECT min(due) FROM exhibits WHERE state IN ('queued', 'failed') AND due > ?",
        arguments: [now.milliseconds]
      ).map(Timestamp.init(milliseconds:))
    }
  }

  /// Exhibits that were before an examiner when the last run ended.
  package func interrupted() throws -> [Case] {
    try pool.read { try Self.cases($0, "WHERE state = 'examining' ORDER BY exhibits.number") }
  }

  /// Everything that has not come to its end, what is being examined first.
  package func unfinished(limit: Int) throws -> [Case] {
    try pool.read { database in
      let examining = try Self.cases(
        database, "WHERE state = 'examining' ORDER BY exhibits.number LIMIT ?", [limit])
      let waiting = try Self.cases(
        database, "WHERE state IN ('queued', 'failed') ORDER BY due LIMIT ?",
        [limit - examining.count])
      return examining + waiting
    }
  }

  /// The latest ends, latest first.
  package func finished(limit: Int) throws -> [Case] {
    try pool.read {
      try Self.cases(
        $0,
        "WHERE state IN ('reported', 'quarantined') ORDER BY since DESC, exhibits.number DESC LIMIT ?",
        [limit])
    }
  }

  package func find(id: String) throws -> Case? {
    try pool.read { try Self.cases($0, "WHERE id = ?", [id]).first }
  }

  package func find(place: String) throws -> Case? {
    try pool.read { try Self.cases($0, "WHERE place = ?", [place]).first }
  }

  /// The way of one exhibit so far.
  package func transitions(of number: Int64) throws -> [CaseTransition] {
    try pool.read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT time, state, cause, times FROM transitions WHERE exhibit = ? ORDER BY step")
      return try Row.fetchAll(statement, arguments: [number]).compactMap { row in
        let time = Timestamp(milliseconds: try Self.value(row, 0))
        let cause: String = try Self.value(row, 2)
        let times: Int = try Self.value(row, 3)
        return CaseState(rawValue: try Self.value(row, 1)).map {
          CaseTransition(time: time, state: $0, cause: cause, times: times)
        }
      }
    }
  }

  /// A finished examination of the same bytes under the same version, bundle and configuration:
  /// the first one, which later ones point to.
  package func reported(sha256: SHA256Digest, fingerprint: String) throws -> Case? {
    try pool.read {
      try Self.cases(
        $0,
        """
        WHERE sha256 = ? AND fingerprint = ? AND state = 'reported' AND same_bytes_as IS NULL
        ORDER BY exhibits.number LIMIT 1
        """, [Data(sha256.bytes), fingerprint])
    }.first
  }

  /// Which of these files of one inbox are written down already.
  ///
  /// - Parameter maximumFileSize: a file that was too large to be read when it came is known no more
  ///   once it is not larger than this.
  package func areKnown(
    _ sightings: [Sighting], inbox: InboxRecord, maximumFileSize: Int = 0
  ) throws -> [Bool] {
    try pool.read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT 1 FROM exhibits WHERE inode = ? AND modified = ? AND size = ? AND birth = ?
          AND inbox = ? AND name = ? AND folder = ? AND (sha256 <> x'' OR size > ?)
          LIMIT 1
          """)
      return try sightings.map { sighting in
        let identity = sighting.identity
        return try Int.fetchOne(
          statement,
          arguments: [
            Int64(bitPattern: identity.inode), identity.modified, identity.size, identity.birth,
            inbox.number, Data(sighting.name.bytes), Data(sighting.folder), maximumFileSize,
          ]) != nil
      }
    }
  }

  /// How long `reports.jsonl` was after the last transaction; `nil` before the first.
  package func logLength() throws -> Int? {
    try pool.read { try Self.fact($0, "log").map(Int.init) }
  }

  /// When the journal last changed.
  package func lastTouched() throws -> Timestamp? {
    try pool.read { try Self.fact($0, "touched").map(Timestamp.init(milliseconds:)) }
  }
}

/// A regular file seen in an inbox.
package struct Sighting: Hashable, Sendable {
  /// The path below the inbox; empty at its top.
  package var folder: [UInt8]
  package var name: FileName
  package var identity: FileIdentity

  package init(folder: [UInt8], name: FileName, identity: FileIdentity) {
    self.folder = folder
    self.name = name
    self.identity = identity
  }
}

extension Journal {
  /// Whether any exhibit has these bytes.
  func knows(_ digest: SHA256Digest) throws -> Bool {
    try pool.read {
      try Int.fetchOne(
        $0.cachedStatement(sql: "SELECT 1 FROM exhibits WHERE sha256 = ? LIMIT 1"),
        arguments: [Data(digest.bytes)]) != nil
    }
  }
}

extension Journal {
  /// For the lists that people read: one state, or everything unfinished.
  func list(limit: Int, state: CaseState?) throws -> [Case] {
    switch state {
    case nil: try unfinished(limit: limit)
    case .examining: Array(try interrupted().prefix(limit))
    case .queued?, .failed?:
      try pool.read {
        try Self.cases(
          $0, "WHERE state IN ('queued', 'failed') AND state = ? ORDER BY due LIMIT ?",
          [state?.rawValue, limit])
      }
    default:
      try pool.read {
        try Self.cases(
          $0,
          """
          WHERE state IN ('reported', 'quarantined') AND state = ?
          ORDER BY since DESC, exhibits.number DESC LIMIT ?
          """, [state?.rawValue, limit])
      }
    }
  }
}
