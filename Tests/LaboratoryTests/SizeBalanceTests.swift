import Foundation
import Laboratory
import Testing

@Suite("Size says nothing of the class") struct SizeBalanceTests {
  @Test(arguments: [
    (1, 1, 0), (256, 256, 0), (264, 264, 0), (384, 264, 1), (264, 384, 1), (384, 384, 2),
    (512, 384, 3), (511, 511, 3), (512, 512, 4), (6000, 4000, 4), (6000, 256, 2),
  ])
  func classesOfSize(width: Int, height: Int, rank: Int) {
    #expect(SizeClass(width: width, height: height).rank == rank)
  }

  @Test(arguments: [1, 7, 40] as [UInt64])
  func classesCountAlikeInEachSize(seed: UInt64) {
    // Many small real pictures, many large generated ones.
    let sizes = [256, 300, 400, 512].map { SizeClass(width: $0, height: $0) }
    var generated = [Bool]()
    var places = [Int]()
    var weights = [Double]()
    var state = seed
    for index in 0..<400 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let draw = Int(state >> 40)
      generated.append(index.isMultiple(of: 3))
      places.append(generated[index] ? min(3, draw % 6) : max(0, draw % 6 - 2))
      weights.append(0.1 + Double(draw % 97))
    }
    SizeBalance.balance(&weights, generated: generated, sizes: places.map { sizes[$0] })
    func sum(_ isIncluded: (Int) -> Bool) -> Double {
      weights.indices.filter(isIncluded).reduce(0) { $0 + weights[$1] }
    }
    // 256 and 300 are one class of size.
    for group in [[0, 1], [2], [3]] {
      let real = sum { group.contains(places[$0]) && !generated[$0] }
      let made = sum { group.contains(places[$0]) && generated[$0] }
      #expect(abs(real - made) < 1e-9 * real)
    }
    #expect(abs(sum { _ in true } - 400) < 1e-9)
  }

  @Test func aSizeOfOneClassAloneStillLeavesThemEven() {
    var weights = [1.0, 1, 1, 5]
    let small = SizeClass(width: 256, height: 256)
    let large = SizeClass(width: 512, height: 512)
    SizeBalance.balance(
      &weights, generated: [false, true, true, true], sizes: [small, small, large, large])
    #expect(abs(weights[0] - 2) < 1e-12)
    #expect(abs(weights[1...].reduce(0, +) - 2) < 1e-12)
    #expect(abs(weights[3] / weights[2] - 5) < 1e-12)
  }

  /// An encoder scales every window to its own side, so that it sees the size too. Its rows, one a
  /// sample, are weighted as the views of the other heads are.
  @Test func samplesCountAlikeInEachSize() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    let some = try #require(
      FeatureStore(images: folder).features(
        of: [data.manifest.entries[0]], chain: DegradationChain(recipe: .quality(90)), draws: 1
      ).samples.first)
    // Two small real pictures and a large one, a small generated one and three large ones.
    let labels = [0, 0, 0, 1, 1, 2, 1]
    let sides = [264, 264, 512, 264, 512, 512, 512]
    let samples = sides.enumerated().map { entry, side in
      var sample = some
      sample.entry = entry
      sample.size = SizeClass(width: side, height: side)
      return sample
    }
    let weights = SizeBalance.weights(
      of: samples, entryWeights: [1, 2, 1, 3, 1, 1, 2], labels: labels)
    for side in [264, 512] {
      let own = weights.indices.filter { sides[$0] == side }
      let real = own.filter { labels[$0] == 0 }.reduce(0) { $0 + weights[$1] }
      let made = own.filter { labels[$0] > 0 }.reduce(0) { $0 + weights[$1] }
      #expect(abs(real - made) < 1e-12)
    }
    #expect(abs(weights.reduce(0, +) - 7) < 1e-12)
  }
}
