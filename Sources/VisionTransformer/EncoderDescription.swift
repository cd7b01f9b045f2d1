/// What an encoder is: everything about it but its weights.
public struct EncoderDescription: Sendable, Hashable, Codable {
  /// The architecture and the naming its weights came in.
  public enum Architecture: String, Sendable, Codable {
    case clipOpenCLIP = "clip (open_clip)"
    case clipHuggingFace = "clip (Hugging Face)"
    case dinov2HuggingFace = "dinov2 (Hugging Face)"
    case dinov2Facebook = "dinov2 (facebookresearch)"
    case timmViT = "vit (timm)"
  }

  public var architecture: Architecture
  public var image: ImageTower
  /// CLIP's text tower, where the model has one.
  public var text: TextTower?
  public var preprocessing: PreprocessingRecipe
}

/// A stack of pre-norm transformer blocks.
public struct TransformerShape: Sendable, Hashable, Codable {
  /// The function between the two layers of the perceptron.
  public enum Activation: String, Sendable, Codable {
    /// x·Φ(x), with the error function.
    case gelu
    /// x·σ(1.702 x).
    case quickGELU
    /// silu(first half) × second half.
    case swiGLU
  }

  /// Channels of a token.
  public var width: Int
  public var heads: Int
  public var layers: Int
  /// Inner channels of the perceptron, after the activation.
  public var hidden: Int
  public var activation: Activation
  /// Added to the variance in every layer normalisation.
  public var epsilon: Float
  public var causal: Bool
  public var hasLayerScale: Bool
  /// Whether queries, keys and values have biases.
  public var hasAttentionBias = true
  /// Whether the layer after attention and the perceptron's two have biases.
  public var hasLayerBias = true
}

/// The image tower.
public struct ImageTower: Sendable, Hashable, Codable {
  /// How position embeddings follow another input size.
  public enum Positions: String, Sendable, Codable {
    /// Only the native size is accepted.
    case fixed
    /// Bicubic to the new grid's size.
    case bicubic
    /// Bicubic, by the scale (n + 0.1) / grid of torch.hub's DINOv2.
    case bicubicOffset
    /// Bicubic with antialiasing, to the new grid's size.
    case bicubicAntialiased
  }

  /// What stands for the picture in the model's own embedding.
  public enum Pooling: String, Sendable, Codable {
    case classToken
    /// The mean of the patches.
    case patchMean
  }

  /// Tokens to which positions are added.
  public enum Placed: String, Sendable, Codable {
    case patches
    case classAndPatches
    /// Registers too.
    case all
  }

  public var shape: TransformerShape
  /// The native input in pixels.
  public var height: Int
  public var width: Int
  public var patchHeight: Int
  public var patchWidth: Int
  public var channels: Int
  public var registers: Int
  public var positions: Positions
  public var hasPatchBias: Bool
  public var hasPreNorm: Bool
  /// Channels of the projected embedding (CLIP).
  public var projection: Int?
  /// Outputs of the linear head (timm).
  public var classes: Int?
  public var hasClassToken = true
  public var placed = Placed.classAndPatches
  public var pooling = Pooling.classToken
  /// Whether the last normalisation comes after pooling.
  public var normalisesPooled = false

  /// Patches of the native grid, down and across.
  public var grid: (rows: Int, columns: Int) { (height / patchHeight, width / patchWidth) }

  /// Tokens before the patches: class token and registers.
  public var prefix: Int { (hasClassToken ? 1 : 0) + registers }

  /// Those of them that have positions.
  var placedPrefix: Int {
    switch placed {
    case .patches: 0
    case .classAndPatches: hasClassToken ? 1 : 0
    case .all: prefix
    }
  }
}

/// CLIP's text tower.
public struct TextTower: Sendable, Hashable, Codable {
  /// The token whose channels stand for the text.
  public enum Pooling: Sendable, Hashable, Codable {
    /// The first of the highest id.
    case argMax
    /// The first of this id, or the first of all where it is missing.
    case token(Int)
    case first, last
  }

  public var shape: TransformerShape
  public var vocabulary: Int
  public var context: Int
  public var projection: Int
  public var pooling: Pooling
}
