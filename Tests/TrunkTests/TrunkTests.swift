// swift-format-ignore-file: NeverForceUnwrap

import CTransformerKernels
import Testing
import VisionTransformer

/// Sizes that are odd, tiny, and as models have them.
struct TrunkCase: Sendable, CustomTestStringConvertible {
  var width = 64
  var heads = 2
  var hidden = 96
  var layers = 2
  var activation = TrunkGeometry.Activation.gelu
  var causal = false
  var tokens = 10
  var layerScales = false

  var testDescription: String {
    "\(width)/\(heads) hidden \(hidden) \(activation) tokens \(tokens)\(causal ? " causal" : "")"
  }

  func geometry() throws -> TrunkGeometry {
    try TrunkGeometry(
      width: width, heads: heads, hidden: hidden, layers: layers, activation: activation,
      epsilon: 1e-5, causal: causal)
  }

  static let all = [
    TrunkCase(),
    TrunkCase(width: 1, heads: 1, hidden: 1, layers: 1, tokens: 1),
    TrunkCase(width: 3, heads: 3, hidden: 5, tokens: 2),
    TrunkCase(width: 33, heads: 3, hidden: 77, activation: .quickGELU, tokens: 17),
    TrunkCase(width: 66, heads: 6, hidden: 129, activation: .swiglu, tokens: 16, layerScales: true),
    TrunkCase(width: 96, heads: 1, hidden: 100, causal: true, tokens: 33),
    TrunkCase(width: 64, heads: 4, hidden: 64, activation: .quickGELU, causal: true, tokens: 77),
    TrunkCase(width: 128, heads: 2, hidden: 256, layers: 1, tokens: 197, layerScales: true),
    TrunkCase(width: 48, heads: 3, hidden: 192, layers: 1, tokens: 257),
  ]
}

@Suite struct EngineTrunkTests {
  /// Runs a batch and returns the output of every block.
  static func run(
    _ trunk: EngineTrunk, _ geometry: TrunkGeometry, _ input: [Float], batch: Int, tokens: Int
  ) throws -> [[Float]] {
    var x = input
    var taps = [[Float]](
      repeating: [Float](repeating: 0, count: input.count), count: geometry.layers)
    let buffers = taps.map { _ in UnsafeMutablePointer<Float>.allocate(capacity: input.count) }
    defer { for buffer in buffers { buffer.deallocate() } }
    try x.withUnsafeMutableBufferPointer {
      try trunk.compute($0.baseAddress!, batch: batch, tokens: tokens, taps: buffers)
    }
    for (index, buffer) in buffers.enumerated() {
      taps[index] = Array(UnsafeBufferPointer(start: buffer, count: input.count))
    }
    #expect(taps.last == x)
    return taps
  }

  static func make(
    _ test: TrunkCase, _ arithmetic: Arithmetic, threads: Int = 1
  ) throws -> (EngineTrunk, TrunkGeometry, RandomWeights) {
    let geometry = try test.geometry()
    let weights = RandomWeights(geometry: geometry, layerScales: test.layerScales)
    let trunk = try EngineTrunk(
      geometry, from: weights, identity: nil, cache: nil, arithmetic: arithmetic, threads: threads)
    return (trunk, geometry, weights)
  }

  @Test(arguments: TrunkCase.all) func singlePrecisionIsExact(_ test: TrunkCase) throws {
    let (trunk, geometry, weights) = try Self.make(test, .fp32)
    let input = RandomWeights.values(test.tokens * test.width, seed: 77, scale: 2)
    let expected = try PlainTrunk(geometry: geometry, weights: weights).run(
      input, tokens: test.tokens)
    let found = try Self.run(trunk, geometry, input, batch: 1, tokens: test.tokens)
    for (block, values) in expected.enumerated() {
      let top = values.map(abs).max() ?? 1
      let worst = zip(values, found[block]).map { abs($0 - Double($1)) }.max() ?? 0
      #expect(worst <= 5e-6 * max(top, 1), "block \(block)")
    }
  }

  @Test(arguments: [Arithmetic.bf16, .int8], TrunkCase.all.dropFirst(3))
  func reducedPrecisionStaysClose(_ arithmetic: Arithmetic, _ test: TrunkCase) throws {
    let (trunk, geometry, weights) = try Self.make(test, arithmetic)
    let input = RandomWeights.values(test.tokens * test.width, seed: 78, scale: 2)
    let expected = try PlainTrunk(geometry: geometry, weights: weights).run(
      input, tokens: test.tokens)
    let found = try Self.run(trunk, geometry, input, batch: 1, tokens: test.tokens)
    #expect(
      cosine(expected[geometry.layers - 1], found[geometry.layers - 1])
        >= (arithmetic == .bf16 ? 0.9997 : 0.998))
  }

  /// Beside the small ones a block of full size, which threads cut in other places.
  @Test(
    arguments: Arithmetic.allCases,
    TrunkCase.all + [TrunkCase(width: 768, heads: 12, hidden: 3072, layers: 1, tokens: 145)])
  func batchAndThreadsChangeNothing(_ arithmetic: Arithmetic, _ test: TrunkCase) throws {
    let (one, geometry, _) = try Self.make(test, arithmetic)
    let (three, _, _) = try Self.make(test, arithmetic, threads: 3)
    let size = test.tokens * test.width
    let inputs = (0..<5).map { RandomWeights.values(size, seed: 100 + $0, scale: 2) }
    let alone = try inputs.map {
      try Self.run(one, geometry, $0, batch: 1, tokens: test.tokens).last!
    }
    for trunk in [one, three] {
      let together = try Self.run(
        trunk, geometry, inputs.flatMap { $0 }, batch: 5, tokens: test.tokens
      ).last!
      #expect(together == alone.flatMap { $0 })
    }
  }

  /// The first token alone: as when all are computed, whatever else is in the batch.
  @Test(
    arguments: Arithmetic.allCases,
    TrunkCase.all + [TrunkCase(width: 192, heads: 3, hidden: 768, tokens: 145)])
  func firstTokenOnly(_ arithmetic: Arithmetic, _ test: TrunkCase) throws {
    let (one, geometry, _) = try Self.make(test, arithmetic)
    let (three, _, _) = try Self.make(test, arithmetic, threads: 3)
    let size = test.tokens * test.width
    let input = RandomWeights.values(4 * size, seed: 5, scale: 2)
    let all = try Self.run(one, geometry, input, batch: 4, tokens: test.tokens).last!
    func first(_ trunk: EngineTrunk, _ images: Range<Int>) throws -> [Float] {
      var x = Array(input[images.lowerBound * size..<images.upperBound * size])
      try x.withUnsafeMutableBufferPointer {
        try trunk.compute(
          $0.baseAddress!, batch: images.count, tokens: test.tokens, firstTokenOnly: true)
      }
      return (0..<images.count).flatMap { x[$0 * size..<$0 * size + test.width] }
    }
    let together = try first(one, 0..<4)
    #expect(try first(three, 0..<4) == together)
    #expect(try (0..<4).flatMap { try first(one, $0..<$0 + 1) } == together)
    let expected = (0..<4).flatMap { all[$0 * size..<$0 * size + test.width] }
    let top = expected.map(abs).max()!
    #expect(zip(together, expected).allSatisfy { abs($0 - $1) <= 1e-6 * top })
    if ct_level() == 4 { #expect(together == expected) }
  }

  @Test func sizesMayChangeBetweenRuns() throws {
    let (trunk, geometry, _) = try Self.make(TrunkCase(width: 33, heads: 3), .int8, threads: 2)
    try trunk.reserve(batch: 2, tokens: 5)
    func output(_ batch: Int, _ tokens: Int) throws -> [Float] {
      let input = RandomWeights.values(batch * tokens * 33, seed: tokens, scale: 2)
      return try Self.run(trunk, geometry, input, batch: batch, tokens: tokens).last!
    }
    let first = try output(2, 5)
    let large = try output(3, 200)
    #expect(try output(2, 5) == first)
    #expect(try output(3, 200) == large)
  }

  @Test func fewerBlocks() throws {
    let (trunk, geometry, _) = try Self.make(TrunkCase(), .fp32)
    let input = RandomWeights.values(640, seed: 1, scale: 2)
    let all = try Self.run(trunk, geometry, input, batch: 1, tokens: 10)
    var x = input
    try x.withUnsafeMutableBufferPointer {
      try trunk.compute($0.baseAddress!, batch: 1, tokens: 10, blocks: 1)
    }
    #expect(x == all[0])
  }

  @Test func impossibleSizesAreRefused() throws {
    #expect(throws: TrunkError.self) { try TrunkCase(width: 10, heads: 3).geometry() }
    #expect(throws: TrunkError.self) { try TrunkCase(width: 0, heads: 0).geometry() }
    #expect(throws: TrunkError.self) { try TrunkCase(hidden: Int.max).geometry() }
    #expect(throws: TrunkError.self) { try TrunkCase(layers: 0).geometry() }
    let (trunk, _, _) = try Self.make(TrunkCase(), .fp32)
    #expect(throws: TrunkError.self) { try trunk.reserve(batch: 0, tokens: 1) }
    #expect(throws: TrunkError.self) { try trunk.reserve(batch: 1, tokens: Int.max) }
  }
}
