import GRDB

extension Journal {
  /// Appends an end that recurs. Where it follows another such end, with nothing but the attempt
  /// between them, it takes the attempt's place, and that of the end before unless that was the first.
  static func recur(
    _ database: Database, _ number: Int64, _ transition: CaseTransition
  ) throws {
    let rows = try Row.fetchAll(
      database,
      sql:
        "SELECT step, state, times FROM transitions WHERE exhibit = ? ORDER BY step DESC LIMIT 2",
      arguments: [number])
    var tail = try rows.map { row in
      (
        step: try value(row, 0) as Int64, state: try value(row, 1) as String,
        times: try value(row, 2) as Int
      )
    }
    var replaced = [Int64]()
    if let attempt = tail.first, attempt.state == CaseState.examining.rawValue {
      replaced.append(attempt.step)
      tail.removeFirst()
    }
    var transition = transition
    transition.times = 1
    if let before = tail.first, before.times > 0 {
      transition.times = before.times + 1
      if before.times > 1 { replaced.append(before.step) }
      for step in replaced {
        try database.execute(
          sql: "DELETE FROM transitions WHERE exhibit = ? AND step = ?",
          arguments: [number, step])
      }
    }
    try append(database, number, transition)
  }
}
