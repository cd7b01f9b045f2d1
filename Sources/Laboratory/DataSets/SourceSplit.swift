import Classifiers

/// Deals whole sources into splits, real and generated pictures apart, so that every split that is
/// wanted has pictures of both.
struct SourceSplit {
  /// Sources that hang together.
  struct Unit {
    var rows: [Int]
    /// How many of the rows are real and how many generated.
    var counts: [Int]
  }

  private let units: [Unit]
  /// Beside `train`, which gets the rest.
  private let shares: [(split: Split, share: Double)]
  /// By unit.
  private var places: [Split]

  private static let classes = ["real", "generated"]

  /// - Parameter shares: of the rows of each class; a split without one gets nothing.
  /// - Throws: `emptyDataSet` where a split would lack a class that there is.
  init(
    _ units: [Unit], shares: [(split: Split, share: Double)], random: inout SplitMix64
  ) throws(LaboratoryError) {
    self.units = units
    self.shares = shares.filter { $0.share > 0 }
    places = units.map { _ in .train }
    var dealt = Set<Int>()
    for kind in Self.classes.indices {
      var own = units.indices.filter { units[$0].counts[kind] > 0 }
      random.shuffle(&own)
      deal(own.filter { dealt.insert($0).inserted }, of: own, kind)
    }
    for kind in Self.classes.indices { try fill(kind) }
  }

  /// The split of each of `count` rows.
  func splits(_ count: Int) -> [Split] {
    var splits = [Split](repeating: .train, count: count)
    for (unit, split) in zip(units, places) {
      for row in unit.rows { splits[row] = split }
    }
    return splits
  }

  /// Each goes where most is missing, as long as it does not overshoot by half of itself.
  private mutating func deal(_ unplaced: [Int], of own: [Int], _ kind: Int) {
    var there = [Split: Int]()
    for unit in own { there[places[unit], default: 0] += units[unit].counts[kind] }
    let total = there.values.reduce(0, +)
    for unit in unplaced {
      let lacks = shares.map { split, share in
        (split: split, lack: share * Double(total) - Double(there[split] ?? 0))
      }
      guard let most = lacks.max(by: { $0.lack < $1.lack }),
        most.lack >= Double(units[unit].counts[kind]) / 2
      else { continue }
      places[unit] = most.split
      there[most.split, default: 0] += units[unit].counts[kind]
    }
  }

  /// Brings the smallest source that can be spared into each split without any of this class.
  private mutating func fill(_ kind: Int) throws(LaboratoryError) {
    let own = units.indices.filter { units[$0].counts[kind] > 0 }
    guard !own.isEmpty else { return }
    for split in [.train] + shares.map(\.split) where !own.contains(where: { places[$0] == split })
    {
      let spare = own.filter(isSpare).min { units[$0].rows.count < units[$1].rows.count }
      guard let spare else {
        throw .emptyDataSet(
          "the split \(split.rawValue) gets no \(Self.classes[kind]) pictures: their sources are "
            + "dealt out whole, one at least to each split, and there "
            + (own.count == 1 ? "is 1" : "are \(own.count)")
            + "; bring more, or give a split the share 0")
      }
      places[spare] = split
    }
  }

  /// Whether the unit's split has another of each class that the unit has.
  private func isSpare(_ unit: Int) -> Bool {
    Self.classes.indices.filter { units[unit].counts[$0] > 0 }.allSatisfy { kind in
      units.indices.count { places[$0] == places[unit] && units[$0].counts[kind] > 0 } > 1
    }
  }
}
