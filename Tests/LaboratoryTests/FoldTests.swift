import Foundation
import Laboratory
import Testing

@Suite struct FoldTests {
  @Test(.enabled(if: Places.hasDataSet, "the data set is not here"), arguments: [2, 4, 7])
  func groupsStayTogether(count: Int) throws {
    let entries = try Manifest.load(path: Places.dataSet + "/manifest.csv").entries(of: .train)
    let folds = Folds.assign(entries, count: count, seed: 1)
    var foldOfGroup = [String: Int]()
    for (entry, fold) in zip(entries, folds) {
      #expect((0..<count).contains(fold))
      #expect((foldOfGroup.updateValue(fold, forKey: entry.group) ?? fold) == fold)
    }
    #expect(Set(folds).count == count)
    #expect(folds == Folds.assign(entries, count: count, seed: 1))
  }

  @Test(.enabled(if: Places.hasDataSet, "the data set is not here"), arguments: [0, 0.25, 0.5, 1])
  func classesWeighTheSame(power: Double) throws {
    let entries = try Manifest.load(path: Places.dataSet + "/manifest.csv").entries(of: .train)
    let weights = SampleWeights.weights(of: entries, power: power)
    let generated = zip(entries, weights).filter { $0.0.isGenerated }.map(\.1).reduce(0, +)
    let total = weights.reduce(0, +)
    #expect(abs(generated / total - 0.5) < 1e-9)
    #expect(abs(total / Double(entries.count) - 1) < 1e-9)
    // Two cells of one class count by the power of their sizes.
    let cells = Dictionary(grouping: zip(entries, weights).filter { !$0.0.isGenerated }) {
      $0.0.source
    }.values.sorted { $0.count > $1.count }
    let (large, small) = (try #require(cells.first), try #require(cells.last))
    let ratio = large.map(\.1).reduce(0, +) / small.map(\.1).reduce(0, +)
    #expect(abs(ratio / pow(Double(large.count) / Double(small.count), power) - 1) < 1e-9)
  }
}
