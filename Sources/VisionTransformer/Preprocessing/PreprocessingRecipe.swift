/// How a picture becomes an encoder's input, as the model's configuration says.
public struct PreprocessingRecipe: Sendable, Hashable, Codable {
  /// How the resized picture fits the input.
  public enum Resize: Sendable, Hashable, Codable {
    /// The short side becomes `length`, the long side follows (truncated).
    case shortestEdge(Int)
    /// Both sides are forced, whatever the aspect ratio (open_clip's `squash`).
    case exact(height: Int, width: Int)
    /// Both sides by one factor, rounded: so that the picture covers this size, or (open_clip's
    /// `longest`) fits into it and the rest is filled.
    case keepRatio(height: Int, width: Int, longest: Bool)
    /// The crop is cut from the picture as it is.
    case none
  }

  /// How the crop is centred where as much cannot be cut off on both sides.
  public enum Centring: String, Sendable, Codable {
    /// torchvision: the offset is rounded, halves to even.
    case halfToEven
    /// Hugging Face: the offset is rounded down.
    case down
  }

  /// When pixels become RGB.
  public enum Order: String, Sendable, Codable {
    /// Hugging Face, and what timm's and torchvision's data sets do: before resizing.
    case convertFirst
    /// open_clip: after resizing and cropping.
    case convertLast
  }

  /// Pillow's filters.
  public enum Interpolation: String, Sendable, Codable, CaseIterable {
    case nearest, box, bilinear, hamming, bicubic, lanczos
  }

  public var resize: Resize
  /// The centre crop in pixels, which is the encoder's input.
  public var cropHeight: Int
  public var cropWidth: Int
  /// Per channel, red green blue, in units of 0...1.
  public var mean: [Float]
  /// What bytes are multiplied by before that.
  public var scale: Double
  public var standardDeviation: [Float]
  public var order: Order
  public var interpolation: Interpolation
  /// The colour, 0...255, that fills the crop where the resized picture is smaller.
  public var fill: Int
  public var centring: Centring

  public init(
    resize: Resize, cropHeight: Int, cropWidth: Int, mean: [Float], standardDeviation: [Float],
    order: Order, interpolation: Interpolation = .bicubic, fill: Int = 0,
    centring: Centring = .halfToEven, scale: Double = 1.0 / 255
  ) {
    self.resize = resize
    self.cropHeight = cropHeight
    self.cropWidth = cropWidth
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.order = order
    self.interpolation = interpolation
    self.fill = fill
    self.centring = centring
    self.scale = scale
  }

  /// What CLIP's models were trained with.
  public static let clipMean: [Float] = [0.48145466, 0.4578275, 0.40821073]
  public static let clipDeviation: [Float] = [0.26862954, 0.26130258, 0.27577711]
  /// What DINOv2's and most of timm's were.
  public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  public static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]
}
