import CDNNL
import CTransformerKernels

/// The number types of the trunk's products. Everything between them is fp32.
public enum Arithmetic: String, Sendable, CaseIterable {
  /// fp32 weights and activations: the reference.
  case fp32
  /// bf16 weights; activations rounded to bf16 at the products, sums in fp32.
  case bf16
  /// int8 weights, symmetric per output; activations to 8 bits per token, with a zero point; sums
  /// exact in 32-bit integers; attention in bytes too.
  case int8

  /// What this processor can run of a wished arithmetic, and why it is not the wish.
  public static func available(_ wish: Arithmetic) -> (arithmetic: Arithmetic, reason: String?) {
    switch wish {
    case .fp32: return (.fp32, nil)
    case .bf16:
      guard ct_has_bf16() != 0 else {
        return (.fp32, "the processor has no bf16 products (AVX512-BF16); computing in fp32")
      }
      return (.bf16, nil)
    case .int8:
      guard ct_has_vnni() != 0 else {
        return (.fp32, "the processor has no 8-bit products (AVX512-VNNI); computing in fp32")
      }
      return (.int8, nil)
    }
  }

  /// The same for a trunk of a width. Products are padded to `PaddedSize.multiple`: where half of one or
  /// more would be zeros, fewer bits gain no time, and rounding tells most there.
  static func available(
    _ wish: Arithmetic, width: Int
  ) -> (arithmetic: Arithmetic, reason: String?) {
    guard wish != .fp32, 2 * width <= PaddedSize.multiple else { return available(wish) }
    return (.fp32, "a trunk of width \(width) gains nothing from \(wish); computing in fp32")
  }

  /// The fastest arithmetic whose features stay within bf16's gate.
  public static var fastest: Arithmetic { available(.bf16).arithmetic }

  var library: cdnnl_kind {
    switch self {
    case .fp32: CDNNL_F32
    case .bf16: CDNNL_BF16
    case .int8: CDNNL_U8S8
    }
  }

  /// The type of the products' left operands, in the kernels' terms.
  var operand: Int32 {
    switch self {
    case .fp32: Int32(CT_F32)
    case .bf16: Int32(CT_BF16)
    case .int8: Int32(CT_U8)
    }
  }

  /// The type of queries, keys and values as the product before attention leaves them.
  var attention: Int32 {
    self == .fp32 || ct_has_vnni() == 0 ? Int32(CT_F32) : Int32(CT_BF16)
  }

  /// Whether attention multiplies bytes.
  var attendsInBytes: Bool { self == .int8 && attention == Int32(CT_BF16) }

  /// The type of attention's result: an operand, or floats that are quantised by the token later.
  var attended: Int32 { self == .bf16 ? Int32(CT_BF16) : Int32(CT_F32) }

  /// Bytes of one value of queries, keys and values, and of attention's result.
  var attentionBytes: Int { attention == Int32(CT_BF16) ? 2 : 4 }
  var attendedBytes: Int { attended == Int32(CT_BF16) ? 2 : 4 }

  /// Bytes of one weight or operand.
  var size: Int {
    switch self {
    case .fp32: 4
    case .bf16: 2
    case .int8: 1
    }
  }
}

/// Why a trunk could not be made or run.
public enum TrunkError: Error, Sendable, CustomStringConvertible {
  case shape(String)
  case library(String)
  case memory(String)
  case packed(String)

  public var description: String {
    switch self {
    case .shape(let text), .library(let text), .memory(let text), .packed(let text): text
    }
  }
}
