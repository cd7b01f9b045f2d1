/// Tables over the second quality, and what else the experiments on two savings tell alike.
struct QualityTable {
  let qualities: [Int]
  var names: [String] { qualities.map(String.init) }

  /// One row for each first quality.
  func rows(_ values: [[Double]]) -> [(String, [Double])] { Array(zip(names, values)) }

  func table(
    _ name: String, _ caption: String, _ rows: [(String, [Double])], _ decimals: Int
  ) -> ExperimentTable {
    ExperimentTable(
      name: name, caption: caption, columns: ["first \\ second"] + names,
      rows: rows.map { name, row in
        [.text(name)] + row.map { ExperimentTable.Cell.figure($0, decimals: decimals) }
      })
  }

  /// The share of trials that have a property; not a number without trials.
  static func share<Trial>(_ trials: [Trial], _ property: KeyPath<Trial, Bool>) -> Double {
    guard !trials.isEmpty else { return .nan }
    return Double(trials.count { $0[keyPath: property] }) / Double(trials.count)
  }

  /// Where the values of pictures that nothing should be found in lie, beside the threshold.
  static func spread(_ values: [Double], threshold: Double) -> String {
    let sorted = values.sorted()
    func quantile(_ share: Double) -> String {
      ExperimentTable.format(
        sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))],
        1)
    }
    return "95 % up to \(quantile(0.95)), 99 % up to \(quantile(0.99)), all up to \(quantile(1)); "
      + "threshold \(ExperimentTable.format(threshold, 1))"
  }
}
