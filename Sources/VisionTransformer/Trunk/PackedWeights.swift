import CDNNL
import CTransformerKernels
import Glibc

/// Where a trunk's weights come from.
public protocol WeightSource {
  /// Fills `target` with one of a block's tensors, row-major; `nil` where the model lacks it.
  func linear(
    _ linear: PackedLayout.Linear, block: Int, into target: UnsafeMutableBufferPointer<Float>
  ) throws(TrunkError)
  func bias(_ linear: PackedLayout.Linear, block: Int) throws(TrunkError) -> [Float]?
  /// Scale and shift of the first or second layer normalisation.
  func norm(_ second: Bool, block: Int) throws(TrunkError) -> (scale: [Float], shift: [Float])
  func layerScale(_ second: Bool, block: Int) throws(TrunkError) -> [Float]?
}

/// The weights of a trunk in the layout that the products want, read-only: mapped from a file
/// that processes share, or in the memory of this one.
final class PackedWeights: @unchecked Sendable {
  // Unchecked: memory that is constant once the initialiser is through.
  let layout: PackedLayout
  let base: UnsafeRawPointer
  /// Whether the bytes are mapped from a file.
  let shared: Bool

  /// Takes over a mapping or an allocation made with `mmap`.
  init(layout: PackedLayout, base: UnsafeRawPointer, shared: Bool) {
    self.layout = layout
    self.base = base
    self.shared = shared
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), layout.byteCount) }

  func floats(_ offset: Int) -> UnsafePointer<Float> {
    (base + offset).assumingMemoryBound(to: Float.self)
  }

  /// What turns the raw result of a linear layer into values.
  func scaling(_ slot: PackedLayout.Slot) -> ct_linear {
    let quantised = layout.arithmetic == .int8
    return ct_linear(
      bias: floats(slot.bias), scale: quantised ? floats(slot.scale) : nil,
      sums: quantised ? (base + slot.sums).assumingMemoryBound(to: Int32.self) : nil)
  }

  /// Packs into memory of this process.
  static func make(
    _ layout: PackedLayout, from source: some WeightSource,
    products: [PackedLayout.Linear: MatrixProduct]
  ) throws(TrunkError) -> PackedWeights {
    let memory = mmap(
      nil, layout.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      throw .memory("no memory for \(layout.byteCount) bytes of packed weights")
    }
    let weights = PackedWeights(layout: layout, base: memory, shared: false)
    for block in 0..<layout.geometry.layers {
      try fill(block, of: layout, from: source, products: products, at: memory, offset: 0)
    }
    mprotect(memory, layout.byteCount, PROT_READ)
    return weights
  }

  /// The bytes of one block, for which `memory` begins at `offset` of the file.
  static func fill(
    _ index: Int, of layout: PackedLayout, from source: some WeightSource,
    products: [PackedLayout.Linear: MatrixProduct], at memory: UnsafeMutableRawPointer,
    offset: Int
  ) throws(TrunkError) {
    let block = layout.blocks[index]
    let width = layout.geometry.width
    func store(_ values: [Float]?, _ place: Int, count: Int, absent: Float) throws(TrunkError) {
      let target = (memory + place - offset).assumingMemoryBound(to: Float.self)
      if let values, values.count != count {
        throw .shape("block \(index) has a vector of \(values.count) values, not \(count)")
      }
      for position in 0..<count { target[position] = values?[position] ?? absent }
    }
    for second in [false, true] {
      let norm = try source.norm(second, block: index)
      try store(
        norm.scale, second ? block.norm2Scale : block.norm1Scale, count: width, absent: 1)
      try store(
        norm.shift, second ? block.norm2Shift : block.norm1Shift, count: width, absent: 0)
      // A layer scale of one changes no bit.
      try store(
        source.layerScale(second, block: index), second ? block.layerScale2 : block.layerScale1,
        count: width, absent: 1)
    }
    for linear in PackedLayout.Linear.allCases {
      let slot = block[linear]
      try store(
        source.bias(linear, block: index), slot.bias,
        count: layout.geometry.plain(linear).outputs, absent: 0)
      guard let product = products[linear] else { throw .library("a product is missing") }
      try pack(
        linear, slot, index, layout, source, product, at: memory, offset: offset)
    }
  }

  private static func pack(
    _ linear: PackedLayout.Linear, _ slot: PackedLayout.Slot, _ index: Int,
    _ layout: PackedLayout, _ source: some WeightSource, _ product: MatrixProduct,
    at memory: UnsafeMutableRawPointer, offset: Int
  ) throws(TrunkError) {
    let plain = layout.geometry.plain(linear)
    let size = layout.geometry.size(linear)
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: plain.outputs * plain.inputs)
    defer { values.deallocate() }
    try source.linear(linear, block: index, into: values)
    guard let from = values.baseAddress else { return }
    let converted = UnsafeMutableRawPointer.allocate(
      byteCount: size.outputs * size.inputs * layout.arithmetic.size, alignment: 64)
    defer { converted.deallocate() }
    if layout.arithmetic == .int8 {
      ct_quantize_weights(
        from, plain.outputs, plain.inputs, size.outputs, size.inputs,
        converted.assumingMemoryBound(to: Int8.self),
        (memory + slot.scale - offset).assumingMemoryBound(to: Float.self),
        (memory + slot.sums - offset).assumingMemoryBound(to: Int32.self))
    } else {
      memset(converted, 0, size.outputs * size.inputs * layout.arithmetic.size)
      ct_convert(
        layout.arithmetic.operand, from, plain.inputs, plain.outputs, plain.inputs, converted,
        size.inputs, nil)
    }
    try product.pack(converted, into: memory + slot.weights - offset)
  }
}
