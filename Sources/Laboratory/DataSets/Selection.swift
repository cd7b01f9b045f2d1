import Classifiers

/// Cuts a data set down: generators left out, classes evened, pairs kept.
public enum Selection {
  /// What is evened out within each split.
  public enum Balance: String, Hashable, Sendable, CaseIterable {
    /// As many real rows as generated ones.
    case label
    /// As many rows of each family.
    case family
    /// As many rows of each generator.
    case generator
    /// As many rows of each source.
    case source
  }

  /// Leaves out generators (the report's blacklists, section 2.4).
  /// - Parameter splits: only there; elsewhere they stay.
  /// - Returns: how many rows went.
  /// - Throws: `inconsistentManifest` for a generator that no row has.
  public static func exclude(
    _ generators: [String], splits: Set<Split>, from table: inout DataTable
  ) throws(LaboratoryError) -> Int {
    let (generator, split) = (try table.place(of: "generator"), try table.place(of: "split"))
    let names = Set(generators.map { $0.lowercased() })
    let known = Set(table.rows.map { $0[generator].lowercased() })
    if let unknown = generators.first(where: { !known.contains($0.lowercased()) }) {
      throw .inconsistentManifest("no row has the generator \"\(unknown)\"")
    }
    let before = table.rows.count
    table.rows.removeAll { row in
      names.contains(row[generator].lowercased())
        && (Split(rawValue: row[split]).map { splits.contains($0) } ?? false)
    }
    return before - table.rows.count
  }

  /// Keeps, in each split, as many rows of every value as of the rarest one (or `limit`, where
  /// that is given), drawn at random.
  /// - Returns: how many rows went.
  public static func balance(
    _ table: inout DataTable, per balance: Balance, limit: Int? = nil, seed: UInt64 = 1
  ) throws(LaboratoryError) -> Int {
    let (column, split) = (try table.place(of: balance.rawValue), try table.place(of: "split"))
    var order = Array(table.rows.indices)
    var random = SplitMix64(seed: seed)
    random.shuffle(&order)
    var cells = [String: [String: [Int]]]()
    for row in order {
      cells[table.rows[row][split], default: [:]][table.rows[row][column], default: []].append(row)
    }
    var kept = Set<Int>()
    for (_, values) in cells {
      let least = limit ?? values.values.map(\.count).min() ?? 0
      for (_, rows) in values { kept.formUnion(rows.prefix(least)) }
    }
    let before = table.rows.count
    table.rows = table.rows.indices.filter { kept.contains($0) }.map { table.rows[$0] }
    return before - table.rows.count
  }

  /// Keeps pairs of one real and one generated row (the report's pair training, section 2.5) and
  /// numbers them in the column `pair`: rows of both classes that share a group, such as a
  /// photograph and what was generated from its caption. Rows without a group have no partner.
  /// - Returns: how many pairs there are.
  public static func pairs(_ table: inout DataTable) throws(LaboratoryError) -> Int {
    let (group, label) = (try table.place(of: "group"), try table.place(of: "label"))
    var groups = [String: (real: [Int], generated: [Int])]()
    for (row, cells) in table.rows.enumerated() where !cells[group].isEmpty {
      var members = groups[cells[group]] ?? ([], [])
      if cells[label] == "real" { members.real.append(row) } else { members.generated.append(row) }
      groups[cells[group]] = members
    }
    var rows = [[String]]()
    var numbers = [String]()
    for (_, members) in groups.sorted(by: { $0.key < $1.key }) {
      for (real, generated) in zip(members.real, members.generated) {
        rows += [table.rows[real], table.rows[generated]]
        numbers += [String(rows.count / 2), String(rows.count / 2)]
      }
    }
    guard !rows.isEmpty else {
      throw .emptyDataSet("no group has pictures of both classes")
    }
    table.rows = rows
    table.set("pair", to: numbers)
    return rows.count / 2
  }
}
