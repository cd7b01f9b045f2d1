import CDNNL
import CTransformerKernels

/// One of oneDNN's matrix products, compiled for a number of rows and for weights of one layout.
///
/// oneDNN was measured beside OpenBLAS at every shape of the encoders: in fp32 it is 1.1 to 1.6
/// times as fast. It compiles its kernels when a product is made; running one only computes.
///
/// Bytes, and on Intel's processors bf16, are multiplied by kernels of our own (`ct_product`), which
/// take blocks of the result while they are in the cache and fetch weights in advance. In bytes
/// they are 1.0 to 1.4 times as fast as oneDNN's, in bf16 1.5 to 1.9 times. Where the processor has
/// matrix units (AMX) oneDNN's are taken.
final class MatrixProduct: @unchecked Sendable {
  // Unchecked: the handle is constant, and the library runs a product on any number of threads.
  let handle: OpaquePointer
  let rows: Int
  /// Whether `ct_product` computes it, whatever its rows.
  let own: Bool
  private let size: PaddedSize
  private let kind: Arithmetic

  /// - Parameter layout: the layout of packed weights made earlier, or `nil` for the library's
  ///   choice.
  init(_ kind: Arithmetic, rows: Int, size: PaddedSize, layout: [UInt8]?) throws(TrunkError) {
    var product: OpaquePointer?
    let status =
      if let layout {
        layout.withUnsafeBytes {
          cdnnl_product_create(
            &product, kind.library, Int64(rows), Int64(size.outputs), Int64(size.inputs),
            $0.baseAddress)
        }
      } else {
        cdnnl_product_create(
          &product, kind.library, Int64(rows), Int64(size.outputs), Int64(size.inputs), nil)
      }
    guard status == 0, let product else {
      throw TrunkError.library(
        "oneDNN cannot make a \(kind) product of \(rows)×\(size.inputs) by \(size.outputs) "
          + "(status \(status))")
    }
    handle = product
    self.rows = rows
    self.size = size
    own =
      ct_has_product(kind.operand) != 0
      && !String(cString: cdnnl_product_name(product)).contains("amx")
    self.kind = kind
  }

  deinit { cdnnl_product_destroy(handle) }

  var packedBytes: Int {
    own ? size.outputs * size.inputs * kind.size : cdnnl_product_packed_bytes(handle)
  }
  var scratchBytes: Int { cdnnl_product_scratch_bytes(handle) }
  var name: String { String(cString: cdnnl_product_name(handle)) }

  /// Whether each row of the result is, to the bit, the same whatever the number of rows: so it is
  /// in our own kernels and the library's blocked ones for AVX-512, which go through a row's inputs in
  /// one order.
  var sumsIgnoreRows: Bool { own || name.hasPrefix("brg:avx512") }

  private static let ownLayout = Array("panels of 32 outputs, 4 bytes".utf8)

  /// The layout of packed weights, as opaque bytes that another product can be made from.
  var layout: [UInt8] {
    own
      ? Self.ownLayout
      : [UInt8](unsafeUninitializedCapacity: Int(CDNNL_LAYOUT_BYTES)) { buffer, count in
        cdnnl_product_layout(handle, buffer.baseAddress)
        count = Int(CDNNL_LAYOUT_BYTES)
      }
  }

  /// Packs `weights`, outputs × inputs in the arithmetic's weight type, padded.
  func pack(_ weights: UnsafeRawPointer, into packed: UnsafeMutableRawPointer) throws(TrunkError) {
    guard !own else {
      ct_product_pack(kind.operand, weights, size.outputs, size.inputs, packed)
      return
    }
    let status = cdnnl_product_pack(handle, weights, packed)
    guard status == 0 else {
      throw TrunkError.library("oneDNN cannot pack weights (status \(status))")
    }
  }
}

/// The outputs and inputs of a linear layer, rounded up so that no packed layout has padding of
/// its own: the library would write zeros there, and packed weights are mapped read-only.
struct PaddedSize: Hashable, Sendable {
  static let multiple = 64
  let outputs: Int
  let inputs: Int

  init(outputs: Int, inputs: Int) {
    self.outputs = Self.padded(outputs)
    self.inputs = Self.padded(inputs)
  }

  static func padded(_ count: Int) -> Int { (count + multiple - 1) / multiple * multiple }
}
