import ForensicCore
import Foundation
import GRDB

extension Journal {
  /// The record of an inbox, made where it is new.
  package func inbox(name: String, path: String) throws -> InboxRecord {
    try write { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO inboxes(name, path) VALUES (?, ?)", arguments: [name, path])
      let number = try Int64.fetchOne(
        database, sql: "SELECT number FROM inboxes WHERE name = ? AND path = ?",
        arguments: [name, path])
      return InboxRecord(number: number ?? 0, name: name, path: path)
    }
  }

  /// Writes down new exhibits, in one transaction: numbers them and gives their reports a place.
  package func receive(_ arrivals: [NewCase]) throws -> [Case] {
    try write { database in try arrivals.map { try Self.insert(database, $0) } }
  }

  /// Makes transitions, in one transaction, and notes how long `reports.jsonl` then is.
  package func apply(
    _ updates: [CaseUpdate], durable: Bool = true, logLength: Int? = nil
  ) throws {
    try write(durable: durable) { database in
      for update in updates { try Self.apply(database, update) }
      if let logLength { try Self.setFact(database, "log", Int64(logLength)) }
      if let last = updates.last {
        try Self.setFact(database, "touched", last.transition.time.milliseconds)
      }
    }
  }

  /// Puts exhibits that were before an examiner when the service ended back into the queue, behind
  /// all others, so that one that brings the service down does not stand in the way of the rest;
  /// and counts it (`Interruption`).
  package func requeue(interrupted exhibits: [Case], at time: Timestamp) throws {
    try apply(exhibits.map { Interruption.update($0, at: time) })
  }

  /// Lets a waiting exhibit be examined from now on.
  func expedite(_ number: Int64, at time: Timestamp) throws {
    try write { database in
      try database.execute(
        sql: "UPDATE exhibits SET due = ? WHERE number = ? AND state IN ('queued', 'failed')",
        arguments: [time.milliseconds, number])
    }
  }

  /// Lets waiting exhibits wait as long as they would have, though the clock was set: `due` is
  /// calendar time, because it has to outlive a restart.
  ///
  /// - Parameters:
  ///   - step: how far the clock was set forward; zero at start, where nobody knows.
  ///   - longest: no attempt is put off for longer than this.
  /// - Returns: how many exhibits have another time now.
  @discardableResult
  package func clockWasSet(by step: Duration, longest: Duration, now: Timestamp) throws -> Int {
    try write { database in
      try database.execute(
        sql: """
          UPDATE exhibits SET due = CASE state
            WHEN 'failed' THEN min(due + :step, :latest) ELSE min(due, :now) END
          WHERE state IN ('queued', 'failed')
            AND (due > :now OR :step <> 0 AND state = 'failed')
          """,
        arguments: [
          "step": step.milliseconds, "latest": now.adding(longest).milliseconds,
          "now": now.milliseconds,
        ])
      return database.changesCount
    }
  }

  private static func apply(_ database: Database, _ update: CaseUpdate) throws {
    let error = update.error
    try database.cachedStatement(
      sql: """
        UPDATE exhibits SET state = :state,
          since = CASE WHEN :repeated THEN since ELSE :since END,
          attempts = coalesce(:attempts, attempts),
          interruptions = coalesce(:interruptions, interruptions), due = coalesce(:due, due),
          inode = CASE WHEN :forget THEN NULL ELSE inode END,
          place = coalesce(:place, place), same_bytes_as = coalesce(:same, same_bytes_as),
          fingerprint = coalesce(:fingerprint, fingerprint),
          leaning = coalesce(:leaning, leaning), probability = coalesce(:probability, probability),
          error_code = CASE WHEN :state = 'reported' THEN NULL ELSE coalesce(:code, error_code) END,
          error_message = coalesce(:message, error_message),
          error_mend = CASE WHEN :code IS NULL THEN error_mend ELSE :mend END
        WHERE number = :number
        """
    ).execute(arguments: [
      "state": update.transition.state.rawValue, "since": update.transition.time.milliseconds,
      "repeated": update.isRepeated,
      "attempts": update.attempts, "interruptions": update.interruptions,
      "due": update.due?.milliseconds,
      "forget": update.forgetsIdentity, "place": update.place, "same": update.sameBytesAs,
      "fingerprint": update.fingerprint, "leaning": update.leaning?.rawValue,
      "probability": update.probabilityGenerated, "code": error?.code,
      "message": error?.message, "mend": error?.mend, "number": update.number,
    ])
    if update.recurs { return try recur(database, update.number, update.transition) }
    if !update.isRepeated { try append(database, update.number, update.transition) }
  }

  static func append(
    _ database: Database, _ number: Int64, _ transition: CaseTransition
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO transitions SELECT ?1, coalesce(max(step), 0) + 1, ?2, ?3, ?4, ?5
        FROM transitions WHERE exhibit = ?1
        """
    ).execute(arguments: [
      number, transition.time.milliseconds, transition.state.rawValue, transition.cause,
      transition.times,
    ])
  }
}
