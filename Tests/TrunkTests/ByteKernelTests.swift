// swift-format-ignore-file: NeverForceUnwrap

import CTransformerKernels
import Foundation
import Testing

/// Kernels that compute in bytes beside plain loops in double precision.
@Suite(.enabled(if: ct_has_vnni() != 0)) struct ByteKernelTests {
  /// Queries, keys and values side by side, as bf16.
  private struct Head {
    let tokens: Int
    let dim: Int
    let ld: Int
    var values: [Float]

    init(tokens: Int, dim: Int, scale: Float, seed: Int) {
      self.tokens = tokens
      self.dim = dim
      ld = 3 * dim + 5
      values = RandomWeights.values(tokens * ld, seed: seed, scale: scale)
    }

    func attention(queries: Int? = nil, causal: Bool = false, into start: Float = .nan) -> [Float] {
      var halves = [UInt16](repeating: 0, count: values.count)
      ct_bf16(values, values.count, &halves)
      let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: ct_attention_scratch(tokens, dim), alignment: 64)
      defer { scratch.deallocate() }
      // Whatever was there before.
      memset(scratch, 0xFF, ct_attention_scratch(tokens, dim))
      var found = [Float](repeating: start, count: tokens * dim)
      halves.withUnsafeBufferPointer {
        ct_attention_bytes(
          $0.baseAddress!, $0.baseAddress! + dim, $0.baseAddress! + 2 * dim, ld, tokens,
          queries ?? tokens, dim, causal ? 1 : 0, &found, dim, scratch)
      }
      return found
    }
  }

  @Test(
    arguments: [1, 2, 5, 6, 7, 15, 16, 17, 48, 50, 64, 65, 130, 257],
    [1, 3, 8, 16, 17, 64, 80, 128])
  func attention(_ tokens: Int, _ dim: Int) {
    var head = Head(tokens: tokens, dim: dim, scale: 2, seed: tokens * 100 + dim)
    // What all keys share, and what all values of a column do, costs no precision.
    for t in 0..<tokens {
      for d in 0..<dim {
        // Scores of one spread whatever the width.
        head.values[t * head.ld + d] *= 4 / Float(dim).squareRoot()
        head.values[t * head.ld + dim + d] += Float(d % 5)
        head.values[t * head.ld + 2 * dim + d] += Float(d % 3)
      }
    }
    // bf16 of the larger ones is coarser: it is what is compared.
    head.values = head.values.map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
    for causal in [false, true] {
      let expected = KernelTests.plain(head.values, head.ld, tokens, dim, causal)
      let found = head.attention(causal: causal)
      #expect(zip(expected, found).allSatisfy { abs($0 - Double($1)) <= 0.03 })
      // Fewer queries: the same values, and nothing is written behind them.
      let asked = (tokens + 1) / 2
      let part = head.attention(queries: asked, causal: causal, into: .infinity)
      #expect(part[..<(asked * dim)] == found[..<(asked * dim)])
      #expect(part[(asked * dim)...].allSatisfy { $0 == .infinity })
    }
  }

  /// Results lie among the values however large the scores are.
  @Test(arguments: [65, 257, 2000], [Float(0.001), 3, 60, 3000])
  func attentionIsAMean(_ tokens: Int, _ scale: Float) {
    let dim = 64
    let head = Head(tokens: tokens, dim: dim, scale: scale, seed: tokens)
    let found = head.attention()
    for d in 0..<dim {
      let values = (0..<tokens).map { head.values[$0 * head.ld + 2 * dim + d] }
      let results = (0..<tokens).map { found[$0 * dim + d] }
      #expect(results.max()! <= values.max()! + scale * 0.01)
      #expect(results.min()! >= values.min()! - scale * 0.01)
    }
  }

  /// A token whose value is nought takes nearly all weight: what is left to the others, each far less
  /// than a byte's step, is not lost.
  @Test(arguments: [64, 257, 1000]) func attentionToOneToken(_ tokens: Int) {
    let dim = 64
    var head = Head(tokens: tokens, dim: dim, scale: 0.1, seed: 4)
    for t in 0..<tokens {
      head.values[t * head.ld] = 8
      head.values[t * head.ld + dim] = t == 3 ? 1 : 0
      for d in 0..<dim { head.values[t * head.ld + 2 * dim + d] = t == 3 ? 0 : 1 }
    }
    for causal in [false, true] {
      let found = head.attention(causal: causal)
      for t in 0..<tokens {
        let others = Double(causal ? t : tokens - 1)
        let rest = causal && t < 3 ? 1 : others / (others + exp(8))
        for d in 0..<dim { #expect(abs(Double(found[t * dim + d]) - rest) <= 0.1 * rest) }
      }
    }
  }

  /// In integers a value that is not finite has no place: the head's results say so.
  @Test(arguments: [Float.infinity, -.infinity, .nan]) func notFinite(_ value: Float) {
    for part in 0..<3 {
      var head = Head(tokens: 20, dim: 16, scale: 2, seed: 9)
      head.values[7 * head.ld + part * 16 + 3] = value
      for (index, result) in head.attention().enumerated() {
        // A query has its own row alone.
        #expect(result.isNaN == (part > 0 || index / 16 == 7))
      }
    }
  }

  @Test(arguments: [1, 2, 14, 15, 50, 257], [(64, 64), (100, 128), (192, 64)])
  func activations(_ rows: Int, _ size: (h: Int, k: Int)) {
    let (h, k) = size
    for kind in [CT_GELU, CT_QUICK_GELU, CT_SWIGLU] {
      let outputs = kind == CT_SWIGLU ? 2 * h : h
      let n = (outputs + 63) / 64 * 64
      let padded = (h + 63) / 64 * 64
      let a = RandomWeights.values(rows * k, seed: rows, scale: 6)
      let w = RandomWeights.values(outputs * k, seed: k, scale: 1)
      let bias = RandomWeights.values(outputs, seed: 3, scale: 1)
      let operands = ByteOperands(a, w, k: k, n: n)
      let (bytes, q) = (operands.bytes, operands.rowScales)
      let (weights, scale, sums) = (operands.weights, operands.scale, operands.sums)
      let packed = UnsafeMutableRawPointer.allocate(byteCount: n * k, alignment: 64)
      let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: ct_product_scratch(Int32(CT_U8), rows, k), alignment: 64)
      defer {
        packed.deallocate()
        scratch.deallocate()
      }
      ct_product_pack(Int32(CT_U8), weights, n, k, packed)

      func run(_ first: Int, _ count: Int) -> ([UInt8], [ct_quant]) {
        var found = [UInt8](repeating: 9, count: count * padded)
        var scales = [ct_quant](repeating: ct_quant(), count: count)
        var result = [Float](repeating: .nan, count: count * n)
        var row = [Float](repeating: 0, count: 2 * h)
        bytes.withUnsafeBytes { bytes in
          scale.withUnsafeBufferPointer { scale in
            sums.withUnsafeBufferPointer { sums in
              bias.withUnsafeBufferPointer { bias in
                var product = ct_product(
                  kind: Int32(CT_U8), a: bytes.baseAddress! + first * k, rows: count,
                  packed: packed, n: n, k: k)
                var linear = ct_linear(
                  bias: bias.baseAddress, scale: scale.baseAddress, sums: sums.baseAddress)
                ct_product_activate(
                  &product, scratch, &linear, Int32(kind), h, Array(q[first...]), &result, &row,
                  &found, padded, &scales)
              }
            }
          }
        }
        return (found, scales)
      }

      let (found, scales) = run(0, rows)
      for r in 0..<rows {
        func raw(_ c: Int) -> Double {
          let sum = (0..<k).reduce(0) {
            $0 + (Int(bytes[r * k + $1]) - Int(q[r].zero)) * Int(weights[c * k + $1])
          }
          return Double(sum) * Double(q[r].scale) * Double(scale[c]) + Double(bias[c])
        }
        let step = Double(scales[r].scale)
        for c in 0..<h {
          let x = raw(c)
          let expected =
            switch kind {
            case CT_GELU: PlainTrunk.gelu(x)
            case CT_QUICK_GELU: x / (1 + exp(-1.702 * x))
            default: x / (1 + exp(-x)) * raw(h + c)
            }
          let value = step * Double(Int32(found[r * padded + c]) - scales[r].zero)
          // Half a step for the byte, up to one for the zero point and the bf16 between.
          #expect(abs(value - expected) <= step * 1.51 + 3e-4 + abs(expected) / 256)
        }
        #expect(found[(r * padded + h)..<((r + 1) * padded)].allSatisfy { $0 == 0 })
      }
      // A row alone: the same to the bit.
      let (last, lastScale) = run(rows - 1, 1)
      #expect(last == Array(found[((rows - 1) * padded)...]))
      #expect(lastScale[0].scale == scales[rows - 1].scale)
      #expect(lastScale[0].zero == scales[rows - 1].zero)
    }
  }
}
