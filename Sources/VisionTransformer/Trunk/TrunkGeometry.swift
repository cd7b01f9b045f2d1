import CTransformerKernels

/// The sizes of a trunk, checked, and what follows from them for its buffers.
public struct TrunkGeometry: Hashable, Sendable {
  /// The function between the two layers of a block's perceptron.
  public enum Activation: Int, Sendable { case gelu, quickGELU, swiglu }

  static let maximumWidth = 16_384
  static let maximumHidden = 65_536
  static let maximumLayers = 1024

  public let width: Int
  public let heads: Int
  /// Values of the hidden layer after the activation; SwiGLU's first layer gives twice as many.
  public let hidden: Int
  public let layers: Int
  public let activation: Activation
  public let epsilon: Float
  public let causal: Bool

  public init(
    width: Int, heads: Int, hidden: Int, layers: Int, activation: Activation, epsilon: Float,
    causal: Bool
  ) throws(TrunkError) {
    guard (1...Self.maximumWidth).contains(width), heads >= 1, heads <= width, width % heads == 0
    else {
      throw .shape(
        "a width of \(width) in \(heads) heads: at most \(Self.maximumWidth), a multiple of the heads"
      )
    }
    guard (1...Self.maximumHidden).contains(hidden) else {
      throw .shape("a hidden layer of \(hidden): 1 to \(Self.maximumHidden)")
    }
    guard (1...Self.maximumLayers).contains(layers) else {
      throw .shape("\(layers) blocks: 1 to \(Self.maximumLayers)")
    }
    self.width = width
    self.heads = heads
    self.hidden = hidden
    self.layers = layers
    self.activation = activation
    self.epsilon = epsilon
    self.causal = causal
  }

  public var headWidth: Int { width / heads }
  /// Outputs of the hidden layer's product.
  var expanded: Int { activation == .swiglu ? 2 * hidden : hidden }

  /// Outputs and inputs of a linear layer as the model has them.
  public func plain(_ linear: PackedLayout.Linear) -> (outputs: Int, inputs: Int) {
    switch linear {
    case .attend: (3 * width, width)
    case .project: (width, width)
    case .expand: (expanded, width)
    case .contract: (width, hidden)
    }
  }

  func size(_ linear: PackedLayout.Linear) -> PaddedSize {
    let plain = plain(linear)
    return PaddedSize(outputs: plain.outputs, inputs: plain.inputs)
  }

  var paddedWidth: Int { PaddedSize.padded(width) }
  var paddedHidden: Int { PaddedSize.padded(hidden) }

  /// Rows of one product.
  ///
  /// Where the library's sums do not depend on the number of rows (`rowsAreFree`), one thread
  /// takes whole pictures, which is the fastest. Else the rows depend on the number of tokens
  /// alone, so that a product, and with it the order of every sum, is the same whatever the
  /// number of threads: a little over a hundred rows keep the processor nearly as busy, and give
  /// two threads half a picture each.
  static func tileRows(tokens: Int, threads: Int, rowsAreFree: Bool) -> Int {
    if threads == 1, rowsAreFree {
      let tiles = (tokens + 287) / 288
      return (tokens + tiles - 1) / tiles
    }
    return tileRows(tokens: tokens)
  }

  private static func tileRows(tokens: Int) -> Int {
    let tiles = tokens < 96 ? 1 : max(2, (tokens + 143) / 144)
    return (tokens + tiles - 1) / tiles
  }
}
