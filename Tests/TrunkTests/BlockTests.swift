// swift-format-ignore-file: NeverForceUnwrap

import CTransformerKernels
import Foundation
import Testing

/// What takes a product's blocks beside what takes its whole result, in bf16 (for bytes see
/// `KernelTests`): the same to the bit.
@Suite(.enabled(if: ct_has_vnni() != 0)) struct BlockTests {
  @Test(arguments: [1, 14, 15, 50], [0, 3, 16, 33])
  func blocks(_ rows: Int, _ left: Int) {
    let (n, k) = (128, 64)
    let columns = n - left
    let packed = UnsafeMutableRawPointer.allocate(byteCount: n * k * 2, alignment: 64)
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: ct_product_scratch(Int32(CT_BF16), rows, k), alignment: 64)
    defer {
      packed.deallocate()
      scratch.deallocate()
    }
    func halves(_ values: [Float]) -> [UInt16] {
      var halves = [UInt16](repeating: 0, count: values.count)
      ct_bf16(values, values.count, &halves)
      return halves
    }
    let a = halves(RandomWeights.values(rows * k, seed: rows, scale: 2))
    let w = halves(RandomWeights.values(n * k, seed: left, scale: 1))
    ct_product_pack(Int32(CT_BF16), w, n, k, packed)
    let bias = RandomWeights.values(n, seed: 3, scale: 1)
    let layerScale = RandomWeights.values(n, seed: 4, scale: 1)
    var raw = [Float](repeating: 0, count: rows * n)
    var row = [Float](repeating: 0, count: 2 * n)
    a.withUnsafeBytes { a in
      bias.withUnsafeBufferPointer { bias in
        var product = ct_product(
          kind: Int32(CT_BF16), a: a.baseAddress, rows: rows, packed: packed, n: n, k: k)
        var linear = ct_linear(bias: bias.baseAddress, scale: nil, sums: nil)
        ct_product_plain(&product, scratch, &raw)

        var blocks = [Float](repeating: 7, count: rows * n)
        var whole = blocks
        ct_product_project(
          &product, scratch, &linear, columns, nil, 40, 0.5, Int32(CT_F32), &blocks, n)
        ct_project(
          &linear, raw, n, rows, columns, nil, 40, 0.5, &row, Int32(CT_F32), &whole, n)
        #expect(blocks == whole)
        for scale in [layerScale, nil] {
          ct_product_residual(&product, scratch, &linear, columns, nil, scale, &blocks, n)
          ct_residual(&linear, raw, n, rows, columns, nil, scale, &row, &whole, n)
          #expect(blocks == whole)
        }

        var halfBlocks = [UInt16](repeating: 7, count: rows * n)
        var halfWhole = halfBlocks
        ct_product_project(
          &product, scratch, &linear, columns, nil, 40, 0.5, Int32(CT_BF16), &halfBlocks, n)
        ct_project(
          &linear, raw, n, rows, columns, nil, 40, 0.5, &row, Int32(CT_BF16), &halfWhole, n)
        #expect(halfBlocks == halfWhole)
        var result = raw
        ct_product_activate(
          &product, scratch, &linear, Int32(CT_GELU), columns, nil, &result, &row, &halfBlocks, n,
          nil)
        ct_activate(
          Int32(CT_GELU), &linear, raw, n, rows, columns, nil, &row, Int32(CT_BF16), &halfWhole, n,
          nil)
        #expect(halfBlocks == halfWhole)
      }
    }
  }
}
