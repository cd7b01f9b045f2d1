import CDNNL

/// A linear layer outside of the blocks, in fp32. Its packed weights belong to this process.
///
/// One product is compiled for every number of rows that `prepare` is told of, and rows of one
/// picture make one product: results do not depend on what else is in a batch. Used by one thread
/// at a time.
final class DenseLayer {
  let size: PaddedSize
  let outputs: Int
  let inputs: Int
  private let layout: [UInt8]
  private let packed: UnsafeMutableRawPointer
  private let bias: [Float]
  private var plans: [Int: Plan] = [:]

  /// A product of some number of rows, with its operands.
  private final class Plan {
    let product: MatrixProduct
    let context: OpaquePointer
    let scratch: UnsafeMutableRawPointer
    /// rows × padded inputs, zero where nothing is written.
    let operand: UnsafeMutablePointer<Float>
    /// rows × padded outputs.
    let result: UnsafeMutablePointer<Float>

    init(_ product: MatrixProduct, size: PaddedSize) throws(TrunkError) {
      self.product = product
      scratch = .allocate(byteCount: max(64, product.scratchBytes), alignment: 64)
      func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
        let floats = memory.bindMemory(to: Float.self, capacity: count)
        floats.initialize(repeating: 0, count: count)
        return floats
      }
      operand = take(product.rows * size.inputs)
      result = take(product.rows * size.outputs)
      var made: OpaquePointer?
      guard cdnnl_context_create(&made, product.handle, scratch) == 0, let made else {
        scratch.deallocate()
        operand.deallocate()
        result.deallocate()
        throw .memory("oneDNN has no memory for a product's arguments")
      }
      context = made
    }

    deinit {
      cdnnl_context_destroy(context)
      scratch.deallocate()
      operand.deallocate()
      result.deallocate()
    }
  }

  /// - Parameter weight: outputs × inputs.
  init(
    weight: [Float], bias: [Float], outputs: Int, inputs: Int
  ) throws(EncoderError) {
    self.outputs = outputs
    self.inputs = inputs
    self.bias = bias
    let size = PaddedSize(outputs: outputs, inputs: inputs)
    self.size = size
    do throws(TrunkError) {
      let product = try MatrixProduct(.fp32, rows: 64, size: size, layout: nil)
      layout = product.layout
      let packed = UnsafeMutableRawPointer.allocate(
        byteCount: product.packedBytes, alignment: 64)
      self.packed = packed
      var padded = [Float](repeating: 0, count: size.outputs * size.inputs)
      for row in 0..<outputs {
        for column in 0..<inputs {
          padded[row * size.inputs + column] = weight[row * inputs + column]
        }
      }
      do throws(TrunkError) {
        let failure = padded.withUnsafeBytes { bytes in
          bytes.baseAddress.map { cdnnl_product_pack(product.handle, $0, packed) } ?? 0
        }
        guard failure == 0 else { throw .library("oneDNN cannot pack weights (\(failure))") }
      } catch {
        packed.deallocate()
        throw error
      }
    } catch { throw EncoderError(error) }
  }

  deinit { packed.deallocate() }

  func prepare(rows: Int) throws(EncoderError) { _ = try plan(rows) }

  private func plan(_ rows: Int) throws(EncoderError) -> Plan {
    if let plan = plans[rows] { return plan }
    do throws(TrunkError) {
      let plan = try Plan(
        MatrixProduct(.fp32, rows: rows, size: size, layout: layout), size: size)
      plans[rows] = plan
      return plan
    } catch { throw EncoderError(error) }
  }

  /// Runs on `rows` rows.
  ///
  /// - Parameters:
  ///   - fill: writes the operand; rows lie `size.inputs` floats apart.
  ///   - take: is given the result without bias; rows lie `size.outputs` floats apart.
  func run(
    rows: Int, fill: (UnsafeMutablePointer<Float>) -> Void,
    take: (UnsafePointer<Float>, [Float]) -> Void
  ) throws(EncoderError) {
    let plan = try plan(rows)
    fill(plan.operand)
    cdnnl_use_one_thread()
    guard cdnnl_context_run(plan.context, plan.operand, packed, plan.result) == 0 else {
      throw .machine("a matrix product of oneDNN failed")
    }
    take(plan.result, bias)
  }

  /// The layer's value for one vector.
  func callAsFunction(_ x: UnsafePointer<Float>) throws(EncoderError) -> [Float] {
    var values: [Float] = []
    try run(rows: 1) { operand in
      operand.update(from: x, count: inputs)
    } take: { result, bias in
      values = (0..<outputs).map { bias.isEmpty ? result[$0] : result[$0] + bias[$0] }
    }
    return values
  }
}

extension Projection {
  func layer(outputs: Int, inputs: Int) throws(EncoderError) -> DenseLayer {
    var values = try weight.values()
    if inputsFirst {
      let stored = values
      for row in 0..<outputs {
        for column in 0..<inputs {
          values[row * inputs + column] = stored[column * outputs + row]
        }
      }
    }
    return try DenseLayer(
      weight: values, bias: try bias?.values() ?? [], outputs: outputs, inputs: inputs)
  }
}
