import Classifiers
import Detectors
import ForensicCore

/// Deals the groups of a data set into `train`, `validation` and `test`, family by family, so
/// that each split has its share of every family that has enough groups. Whole sources, of which a
/// family often has one, are dealt out class by class.
public struct Splitter: Hashable, Sendable {
  public var seed: UInt64
  public var validationShare: Double
  public var testShare: Double
  /// Whether whole sources are dealt out instead of groups.
  public var bySource: Bool

  public init(
    seed: UInt64 = 1, validationShare: Double = 0.15, testShare: Double = 0.2,
    bySource: Bool = false
  ) {
    self.seed = seed
    self.validationShare = validationShare
    self.testShare = testShare
    self.bySource = bySource
  }

  /// Sets the column `split`. Rows of one group, or of one file, never come apart.
  /// - Throws: `emptyDataSet` where sources are dealt out and a split would lack a class.
  public func split(_ table: inout DataTable) throws(LaboratoryError) {
    guard validationShare >= 0, testShare >= 0, validationShare + testShare < 1 else {
      throw .inconsistentManifest("the shares of validation and test leave nothing to train on")
    }
    let group = try table.place(of: bySource ? "source" : "group")
    let (digest, family) = (try table.place(of: "sha256"), try table.place(of: "family"))
    let units = Self.units(table.rows.map { ($0[group], $0[digest]) })
    var rowsOfUnit = [Int: [Int]]()
    for (row, unit) in units.enumerated() { rowsOfUnit[unit, default: []].append(row) }
    var random = SplitMix64(seed: seed)
    guard !bySource else {
      let units = rowsOfUnit.sorted { $0.key < $1.key }.map { _, rows in
        let real = rows.count { table.rows[$0][family] == GeneratorFamily.real.rawValue }
        return SourceSplit.Unit(rows: rows, counts: [real, rows.count - real])
      }
      let dealt = try SourceSplit(
        units, shares: [(.test, testShare), (.validation, validationShare)], random: &random)
      return table.set("split", to: dealt.splits(table.rows.count).map(\.rawValue))
    }
    var unitsOfFamily = [String: [Int]]()
    for unit in rowsOfUnit.keys.sorted() {
      unitsOfFamily[table.rows[unit][family], default: []].append(unit)
    }
    var splits = [String](repeating: Split.train.rawValue, count: table.rows.count)
    for (_, units) in unitsOfFamily.sorted(by: { $0.key < $1.key }) {
      var units = units
      random.shuffle(&units)
      let total = units.reduce(0) { $0 + (rowsOfUnit[$1]?.count ?? 0) }
      var (validation, test) = (0, 0)
      for unit in units {
        let rows = rowsOfUnit[unit] ?? []
        // A unit goes where most is missing, as long as it does not overshoot by half of itself.
        let half = Double(rows.count) / 2
        let testLack = testShare * Double(total) - Double(test)
        let validationLack = validationShare * Double(total) - Double(validation)
        guard max(testLack, validationLack) >= half else { continue }
        let split: Split = testLack >= validationLack ? .test : .validation
        if split == .test { test += rows.count } else { validation += rows.count }
        for row in rows { splits[row] = split.rawValue }
      }
    }
    table.set("split", to: splits)
  }

  /// For each row the first row it hangs together with, by group or by file; an empty group is none.
  static func units(_ keys: [(group: String, digest: String)]) -> [Int] {
    var parents = Array(keys.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index { index = parents[index] }
      return index
    }
    var firstOfGroup = [String: Int]()
    var firstOfFile = [String: Int]()
    for (row, key) in keys.enumerated() {
      let other = key.group.isEmpty ? nil : firstOfGroup[key.group]
      for other in [other, firstOfFile[key.digest]].compactMap({ $0 }) {
        let (one, two) = (root(row), root(other))
        if one != two { parents[max(one, two)] = min(one, two) }
      }
      firstOfGroup[key.group] = firstOfGroup[key.group] ?? row
      firstOfFile[key.digest] = firstOfFile[key.digest] ?? row
    }
    return keys.indices.map(root)
  }
}
