// swift-format-ignore-file: NeverForceUnwrap

import CTransformerKernels
import Foundation
import Testing

@Suite struct KernelTests {
  @Test func activationsAreExactToSinglePrecision() {
    let x =
      stride(from: Float(-12), through: 12, by: 1 / 512).map { $0 } + [0, -0.0, 1e-30, -1e-30]
    var y = [Float](repeating: 0, count: x.count)
    for (kind, slope) in [(CT_GELU, 0), (CT_QUICK_GELU, 1.702), (CT_SWIGLU, 1)] {
      ct_activation_values(Int32(kind), x, x.count, &y)
      for (input, found) in zip(x.map(Double.init), y) {
        let expected =
          slope == 0 ? PlainTrunk.gelu(input) : input / (1 + exp(-slope * input))
        #expect(abs(Double(found) - expected) <= 1.5e-6 * max(1, abs(expected)))
      }
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 31, 33, 64, 100, 384, 1024, 1025])
  func normalisation(_ width: Int) {
    let rows = 3
    let x = RandomWeights.values(rows * width, seed: width, scale: 4, offset: 3)
    let scale = RandomWeights.values(width, seed: 1, scale: 1, offset: 1)
    let shift = RandomWeights.values(width, seed: 2, scale: 1)
    let padded = (width + 63) / 64 * 64
    var row = [Float](repeating: 0, count: width)
    var floats = [Float](repeating: .nan, count: rows * padded)
    ct_norm(
      Int32(CT_F32), x, width, rows, width, scale, shift, 1e-6, &row, &floats, padded, nil)
    var bytes = [UInt8](repeating: 9, count: rows * padded)
    var scales = [ct_quant](repeating: ct_quant(), count: rows)
    ct_norm(
      Int32(CT_U8), x, width, rows, width, scale, shift, 1e-6, &row, &bytes, padded, &scales)
    var halves = [UInt16](repeating: 9, count: rows * padded)
    ct_norm(
      Int32(CT_BF16), x, width, rows, width, scale, shift, 1e-6, &row, &halves, padded, nil)
    for r in 0..<rows {
      let values = x[r * width..<(r + 1) * width].map(Double.init)
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for c in 0..<padded {
        let place = r * padded + c
        guard c < width else {
          #expect(floats[place] == 0 && bytes[place] == 0 && halves[place] == 0)
          continue
        }
        let expected =
          (values[c] - mean) / (variance + 1e-6).squareRoot() * Double(scale[c]) + Double(shift[c])
        #expect(abs(Double(floats[place]) - expected) <= 4e-6)
        let half = Double(Float(bitPattern: UInt32(halves[place]) << 16))
        #expect(abs(half - expected) <= abs(expected) / 256 + 1e-6)
        let byte = Double(scales[r].scale) * Double(Int32(bytes[place]) - scales[r].zero)
        #expect(abs(byte - expected) <= Double(scales[r].scale) * 1.01 + 1e-6)
      }
    }
  }

  @Test func bfloatRoundsToNearestEven() {
    let x: [Float] = [1, 1.00390625, 1.01171875, -1.00390625, 3.0e38, 0, -0.0, 1.0039064]
    var y = [UInt16](repeating: 0, count: x.count)
    ct_bf16(x, x.count, &y)
    #expect(y == [0x3F80, 0x3F80, 0x3F82, 0xBF80, 0x7F62, 0, 0x8000, 0x3F81])
  }

  @Test(arguments: [(1, 1), (3, 5), (64, 64), (7, 200)])
  func weightsKeepTheirRange(_ n: Int, _ k: Int) {
    let w = RandomWeights.values(n * k, seed: k, scale: 0.3)
    let np = (n + 63) / 64 * 64
    let kp = (k + 63) / 64 * 64
    var bytes = [Int8](repeating: 1, count: np * kp)
    var scale = [Float](repeating: 1, count: np)
    var sums = [Int32](repeating: 1, count: np)
    ct_quantize_weights(w, n, k, np, kp, &bytes, &scale, &sums)
    for r in 0..<np {
      let row = bytes[r * kp..<(r + 1) * kp]
      #expect(sums[r] == row.reduce(0) { $0 + Int32($1) })
      #expect(row.dropFirst(r < n ? k : 0).allSatisfy { $0 == 0 })
      guard r < n else { continue }
      #expect(row.contains { abs(Int($0)) == 127 })
      for c in 0..<k {
        #expect(abs(Float(bytes[r * kp + c]) * scale[r] - w[r * k + c]) <= scale[r] * 0.501)
      }
    }
  }

  @Test(
    arguments: [1, 2, 5, 6, 7, 15, 16, 17, 48, 50, 64, 65, 130, 257], [1, 3, 8, 16, 17, 64, 80])
  func attention(_ tokens: Int, _ dim: Int) {
    let ld = 3 * dim + 5
    let x = RandomWeights.values(tokens * ld, seed: tokens * 100 + dim, scale: 2)
    var halves = [UInt16](repeating: 0, count: x.count)
    ct_bf16(x, x.count, &halves)
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: ct_attention_scratch(tokens, dim), alignment: 64)
    defer { scratch.deallocate() }
    for causal in [false, true] {
      let expected = Self.plain(x, ld, tokens, dim, causal)
      var found = [Float](repeating: .nan, count: tokens * dim)
      x.withUnsafeBufferPointer {
        ct_attention(
          Int32(CT_F32), $0.baseAddress!, $0.baseAddress! + dim, $0.baseAddress! + 2 * dim, ld,
          tokens, tokens, dim, causal ? 1 : 0, &found, dim, Int32(CT_F32), scratch)
      }
      #expect(zip(expected, found).allSatisfy { abs($0 - Double($1)) <= 3e-6 })
      // Fewer queries: the same values, and nothing is written behind them.
      let asked = (tokens + 1) / 2
      var part = [Float](repeating: .infinity, count: tokens * dim)
      x.withUnsafeBufferPointer {
        ct_attention(
          Int32(CT_F32), $0.baseAddress!, $0.baseAddress! + dim, $0.baseAddress! + 2 * dim, ld,
          tokens, asked, dim, causal ? 1 : 0, &part, dim, Int32(CT_F32), scratch)
      }
      #expect(part[..<(asked * dim)] == found[..<(asked * dim)])
      #expect(part[(asked * dim)...].allSatisfy { $0 == .infinity })
      guard ct_has_vnni() != 0 else { continue }
      halves.withUnsafeBufferPointer {
        ct_attention(
          Int32(CT_BF16), $0.baseAddress!, $0.baseAddress! + dim, $0.baseAddress! + 2 * dim, ld,
          tokens, tokens, dim, causal ? 1 : 0, &found, dim, Int32(CT_F32), scratch)
      }
      #expect(zip(expected, found).allSatisfy { abs($0 - Double($1)) <= 0.03 })
    }
  }

  /// Weights are of one sign however large the scores: results lie among the values.
  @Test(.enabled(if: ct_has_vnni() != 0), arguments: [65, 257, 2000], [Float(0.001), 3, 60, 3000])
  func attentionIsAMean(_ tokens: Int, _ scale: Float) {
    let dim = 64
    let x = RandomWeights.values(tokens * 3 * dim, seed: tokens, scale: scale)
    var halves = [UInt16](repeating: 0, count: x.count)
    ct_bf16(x, x.count, &halves)
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: ct_attention_scratch(tokens, dim), alignment: 64)
    defer { scratch.deallocate() }
    var found = [Float](repeating: 0, count: tokens * dim)
    halves.withUnsafeBufferPointer {
      ct_attention(
        Int32(CT_BF16), $0.baseAddress!, $0.baseAddress! + dim, $0.baseAddress! + 2 * dim,
        3 * dim, tokens, tokens, dim, 0, &found, dim, Int32(CT_F32), scratch)
    }
    for d in 0..<dim {
      let values = (0..<tokens).map { x[$0 * 3 * dim + 2 * dim + d] }
      let results = (0..<tokens).map { found[$0 * dim + d] }
      #expect(results.max()! <= values.max()! + scale * 0.01)
      #expect(results.min()! >= values.min()! - scale * 0.01)
    }
  }

  /// In integers a value that is not finite has no place: the head's results say so.
  @Test(.enabled(if: ct_has_vnni() != 0), arguments: [Float.infinity, .nan])
  func attentionOfWhatIsNotFinite(_ value: Float) {
    let (tokens, dim) = (20, 16)
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: ct_attention_scratch(tokens, dim), alignment: 64)
    defer { scratch.deallocate() }
    for part in 0..<3 {
      var x = RandomWeights.values(tokens * 3 * dim, seed: 9, scale: 2)
      x[7 * 3 * dim + part * dim + 3] = value
      var halves = [UInt16](repeating: 0, count: x.count)
      ct_bf16(x, x.count, &halves)
      var found = [Float](repeating: 0, count: tokens * dim)
      halves.withUnsafeBufferPointer {
        ct_attention(
          Int32(CT_BF16), $0.baseAddress!, $0.baseAddress! + dim, $0.baseAddress! + 2 * dim,
          3 * dim, tokens, tokens, dim, 0, &found, dim, Int32(CT_F32), scratch)
      }
      for (index, result) in found.enumerated() {
        // A query has its own row alone.
        #expect(result.isNaN == (part > 0 || index / dim == 7))
      }
    }
  }

  @Test(
    .enabled(if: ct_has_vnni() != 0), arguments: [1, 2, 13, 14, 15, 29, 50, 197],
    [(64, 64), (96 + 32, 192), (64, 4096)])
  func products(_ rows: Int, _ size: (n: Int, k: Int)) {
    let (n, k) = size
    func memory(_ bytes: Int) -> UnsafeMutableRawPointer {
      .allocate(byteCount: bytes, alignment: 64)
    }
    let packed = memory(n * k * 2)
    let scratch = memory(
      max(
        ct_product_scratch(Int32(CT_U8), rows, k), ct_product_scratch(Int32(CT_BF16), rows, k)))
    defer {
      packed.deallocate()
      scratch.deallocate()
    }
    let a = RandomWeights.values(rows * k, seed: rows, scale: 1)
    let w = RandomWeights.values(n * k, seed: k, scale: 0.1)
    let bias = RandomWeights.values(n, seed: 3, scale: 1)

    let operands = ByteOperands(a, w, k: k, n: n)
    let (bytes, q) = (operands.bytes, operands.rowScales)
    let (weights, scale, sums) = (operands.weights, operands.scale, operands.sums)
    ct_product_pack(Int32(CT_U8), weights, n, k, packed)
    var raw = [Int32](repeating: 0, count: rows * n)
    var product = ct_product(
      kind: Int32(CT_U8), a: nil, rows: rows, packed: packed, n: n, k: k)
    bytes.withUnsafeBytes {
      product.a = $0.baseAddress
      ct_product_plain(&product, scratch, &raw)
      for r in Set([0, rows / 2, rows - 1]) {
        for c in 0..<n {
          let expected = (0..<k).reduce(Int32(0)) {
            $0 + Int32(bytes[r * k + $1]) * Int32(weights[c * k + $1])
          }
          #expect(raw[r * n + c] == expected)
        }
      }
      // Taken in blocks or from the whole result: the same to the bit.
      scale.withUnsafeBufferPointer { scale in
        sums.withUnsafeBufferPointer { sums in
          bias.withUnsafeBufferPointer { bias in
            var linear = ct_linear(
              bias: bias.baseAddress, scale: scale.baseAddress, sums: sums.baseAddress)
            var row = [Float](repeating: 0, count: n)
            let columns = n - 3
            var blocks = [Float](repeating: 7, count: rows * n)
            var whole = blocks
            ct_product_project(
              &product, scratch, &linear, columns, q, 40, 0.5, Int32(CT_F32), &blocks, n)
            ct_project(
              &linear, raw, n, rows, columns, q, 40, 0.5, &row, Int32(CT_F32), &whole, n)
            #expect(blocks == whole)
            ct_product_residual(
              &product, scratch, &linear, columns, q, bias.baseAddress, &blocks, n)
            ct_residual(&linear, raw, n, rows, columns, q, bias.baseAddress, &row, &whole, n)
            #expect(blocks == whole)
          }
        }
      }
    }

    var halves = [UInt16](repeating: 0, count: rows * k)
    ct_bf16(a, a.count, &halves)
    var halfWeights = [UInt16](repeating: 0, count: n * k)
    ct_bf16(w, w.count, &halfWeights)
    ct_product_pack(Int32(CT_BF16), halfWeights, n, k, packed)
    func value(_ half: UInt16) -> Double { Double(Float(bitPattern: UInt32(half) << 16)) }
    var result = [Float](repeating: 0, count: rows * n)
    var last = [Float](repeating: 0, count: n)
    halves.withUnsafeBytes {
      product = ct_product(
        kind: Int32(CT_BF16), a: $0.baseAddress, rows: rows, packed: packed, n: n, k: k)
      ct_product_plain(&product, scratch, &result)
      // A row alone: the same to the bit.
      product.a = $0.baseAddress! + (rows - 1) * k * 2
      product.rows = 1
      ct_product_plain(&product, scratch, &last)
    }
    #expect(Array(result[((rows - 1) * n)...]) == last)
    for c in 0..<n {
      let expected = (0..<k).reduce(0.0) {
        $0 + value(halves[(rows - 1) * k + $1]) * value(halfWeights[c * k + $1])
      }
      #expect(abs(Double(last[c]) - expected) <= 1e-5 * Double(k).squareRoot())
    }
  }

  /// Attention of one head in double precision.
  static func plain(
    _ x: [Float], _ ld: Int, _ tokens: Int, _ dim: Int, _ causal: Bool
  ) -> [Double] {
    (0..<tokens).flatMap { t -> [Double] in
      let seen = causal ? t + 1 : tokens
      let scores = (0..<seen).map { s in
        (0..<dim).reduce(0.0) { $0 + Double(x[t * ld + $1]) * Double(x[s * ld + dim + $1]) }
      }
      let top = scores.max() ?? 0
      let weights = scores.map { exp($0 - top) }
      let sum = weights.reduce(0, +)
      return (0..<dim).map { d in
        (0..<seen).reduce(0.0) { $0 + weights[$1] / sum * Double(x[$1 * ld + 2 * dim + d]) }
      }
    }
  }
}
