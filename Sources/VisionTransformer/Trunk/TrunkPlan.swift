import CDNNL
import CTransformerKernels
import Glibc

/// The four products of a block for one number of rows, and for each thread what it needs to run
/// them; or, where they are our own, that number alone.
final class TrunkPlan {
  let rows: Int
  /// Whether `ct_product` computes the products.
  let own: Bool
  private let products: [MatrixProduct]
  /// Thread-major, four a thread.
  private var contexts: [OpaquePointer] = []
  private var scratch: [UnsafeMutableRawPointer] = []

  init(
    rows: Int, threads: Int, _ layout: PackedLayout, layouts: [PackedLayout.Linear: [UInt8]],
    own: Bool
  ) throws(TrunkError) {
    self.rows = rows
    self.own = own
    var made: [MatrixProduct] = []
    for linear in own ? [] : PackedLayout.Linear.allCases {
      made.append(
        try MatrixProduct(
          layout.arithmetic, rows: rows, size: layout.geometry.size(linear),
          layout: layouts[linear]))
    }
    products = made
    for _ in 0..<threads {
      for product in made {
        let memory = UnsafeMutableRawPointer.allocate(
          byteCount: max(product.scratchBytes, 64), alignment: 64)
        scratch.append(memory)
        var context: OpaquePointer?
        guard cdnnl_context_create(&context, product.handle, memory) == 0, let context else {
          throw .memory("oneDNN has no memory for a product's arguments")
        }
        contexts.append(context)
      }
    }
  }

  deinit {
    for context in contexts { cdnnl_context_destroy(context) }
    for memory in scratch { memory.deallocate() }
  }

  /// c (rows × padded outputs) = a (rows × padded inputs) times packed weights.
  @inline(__always)
  func run(
    _ linear: PackedLayout.Linear, thread: Int, _ a: UnsafeRawPointer, _ packed: UnsafeRawPointer,
    _ c: UnsafeMutableRawPointer
  ) -> Bool {
    cdnnl_context_run(
      contexts[thread * PackedLayout.Linear.allCases.count + linear.rawValue], a, packed, c) == 0
  }
}

/// The buffers of a trunk: shared ones for as many rows as the largest batch has, and small ones
/// for each thread. Allocated once.
final class TrunkWorkspace {
  struct Lane {
    /// tile rows × padded width, and × padded hidden, operands.
    let narrow: UnsafeMutableRawPointer
    let wide: UnsafeMutableRawPointer
    /// tile rows × the widest product's outputs, raw results.
    let result: UnsafeMutableRawPointer
    let row: UnsafeMutablePointer<Float>
    /// How the rows of `narrow` and `wide` were quantised.
    let narrowScales: UnsafeMutablePointer<ct_quant>
    let wideScales: UnsafeMutablePointer<ct_quant>
    let attention: UnsafeMutableRawPointer
    /// tile rows × the longer operand: scratch of our own products.
    let product: UnsafeMutableRawPointer
  }

  let rowCapacity: Int
  let tileRows: Int
  let tokenCapacity: Int
  /// rows × 3 width: queries, keys and values.
  let queries: UnsafeMutableRawPointer
  /// rows × padded width: attention's result.
  let attended: UnsafeMutableRawPointer
  let lanes: [Lane]
  private let owned: [UnsafeMutableRawPointer]

  init(
    rows: Int, tileRows: Int, tokens: Int, threads: Int, _ geometry: TrunkGeometry,
    _ arithmetic: Arithmetic
  ) {
    var owned: [UnsafeMutableRawPointer] = []
    func take(_ bytes: Int) -> UnsafeMutableRawPointer {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
      // Pages are touched here and padding is zero.
      memset(memory, 0, max(bytes, 64))
      owned.append(memory)
      return memory
    }
    rowCapacity = rows
    self.tileRows = tileRows
    tokenCapacity = tokens
    // A last tile that is not full still reads and writes all its rows.
    let padded = (rows + tileRows - 1) / tileRows * tileRows
    queries = take(rows * 3 * geometry.width * arithmetic.attentionBytes)
    attended = take(padded * geometry.paddedWidth * arithmetic.attendedBytes)
    let outputs = PackedLayout.Linear.allCases.map { geometry.size($0).outputs }.max() ?? 0
    lanes = (0..<threads).map { _ in
      Lane(
        narrow: take(tileRows * geometry.paddedWidth * arithmetic.size),
        wide: take(tileRows * geometry.paddedHidden * arithmetic.size),
        result: take(tileRows * outputs * 4),
        row: take(outputs * 4).assumingMemoryBound(to: Float.self),
        narrowScales: take(tileRows * MemoryLayout<ct_quant>.stride)
          .assumingMemoryBound(to: ct_quant.self),
        wideScales: take(tileRows * MemoryLayout<ct_quant>.stride)
          .assumingMemoryBound(to: ct_quant.self),
        attention: take(ct_attention_scratch(tokens, geometry.headWidth)),
        product: take(
          arithmetic == .fp32
            ? 0
            : max(
              ct_product_scratch(arithmetic.operand, tileRows, geometry.paddedWidth),
              ct_product_scratch(arithmetic.operand, tileRows, geometry.paddedHidden))))
    }
    self.owned = owned
  }

  deinit { for memory in owned { memory.deallocate() } }

  /// Makes the padding columns and rows of attention's result zero again, which a run with other
  /// sizes may have filled.
  func clearAttended(bytes: Int) { memset(attended, 0, bytes) }
}
