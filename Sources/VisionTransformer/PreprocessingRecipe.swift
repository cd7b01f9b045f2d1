/// How a picture becomes an encoder's input, as the model's configuration says.
public struct PreprocessingRecipe: Sendable, Hashable, Codable {
  /// How the resized picture fits the input.
  public enum Resize: Sendable, Hashable, Codable {
    /// The short side becomes `length`, the long side follows (truncated).
    case shortestEdge(Int)
    /// Both sides are forced, whatever the aspect ratio (open_clip's `squash`).
    case exact(height: Int, width: Int)
    /// The long side becomes this length, the rest is filled (open_clip's `longest`).
    case longestEdge(Int)
  }

  /// When pixels become RGB.
  public enum Order: String, Sendable, Codable {
    /// Hugging Face: before resizing.
    case convertFirst
    /// open_clip, torchvision, timm: after resizing and cropping.
    case convertLast
  }

  /// Pillow's filters.
  public enum Interpolation: String, Sendable, Codable {
    case nearest, bilinear, bicubic, lanczos
  }

  public var resize: Resize
  /// The centre crop in pixels, which is the encoder's input.
  public var cropHeight: Int
  public var cropWidth: Int
  /// Per channel, red green blue, in units of 0...1.
  public var mean: [Float]
  public var standardDeviation: [Float]
  public var order: Order
  public var interpolation: Interpolation
  /// The colour, 0...255, that fills what `longestEdge` leaves empty.
  public var fill: Int

  public init(
    resize: Resize, cropHeight: Int, cropWidth: Int, mean: [Float], standardDeviation: [Float],
    order: Order, interpolation: Interpolation = .bicubic, fill: Int = 0
  ) {
    self.resize = resize
    self.cropHeight = cropHeight
    self.cropWidth = cropWidth
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.order = order
    self.interpolation = interpolation
    self.fill = fill
  }

  static let clipMean: [Float] = [0.48145466, 0.4578275, 0.40821073]
  static let clipDeviation: [Float] = [0.26862954, 0.26130258, 0.27577711]
  static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]
}
