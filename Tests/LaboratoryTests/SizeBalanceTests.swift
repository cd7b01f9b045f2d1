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
}
