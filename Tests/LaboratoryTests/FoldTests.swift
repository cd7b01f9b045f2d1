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

  @Test(.enabled(if: Places.hasDataSet, "the data set is not here"))
  func classesWeighTheSame() throws {
    let entries = try Manifest.load(path: Places.dataSet + "/manifest.csv").entries(of: .train)
    let weights = SampleWeights.weights(of: entries)
    let generated = zip(entries, weights).filter { $0.0.isGenerated }.map(\.1).reduce(0, +)
    let total = weights.reduce(0, +)
    #expect(abs(generated / total - 0.5) < 1e-9)
    #expect(abs(total / Double(entries.count) - 1) < 1e-9)
  }
}
