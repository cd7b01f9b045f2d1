import CTransformerKernels

/// Both operands of a product of bytes, quantised as the trunk does it.
struct ByteOperands {
  /// Rows × inputs, and how each row became bytes.
  var bytes: [UInt8]
  var rowScales: [ct_quant]
  /// Padded outputs × inputs, each output's scale and the sum of its bytes.
  var weights: [Int8]
  var scale: [Float]
  var sums: [Int32]

  /// - Parameters:
  ///   - a: rows × `k`.
  ///   - w: outputs × `k`, which become `n` outputs with zeros.
  init(_ a: [Float], _ w: [Float], k: Int, n: Int) {
    let (rows, outputs) = (a.count / k, w.count / k)
    bytes = [UInt8](repeating: 0, count: rows * k)
    rowScales = [ct_quant](repeating: ct_quant(), count: rows)
    var copy = a
    ct_convert(Int32(CT_U8), &copy, k, rows, k, &bytes, k, &rowScales)
    weights = [Int8](repeating: 0, count: n * k)
    scale = [Float](repeating: 0, count: n)
    sums = [Int32](repeating: 0, count: n)
    ct_quantize_weights(w, outputs, k, n, k, &weights, &scale, &sums)
  }
}
