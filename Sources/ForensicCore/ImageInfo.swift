/// What a file's own structure says of the picture in it: read from the headers and the decoder.
public struct ImageInfo: Hashable, Sendable, Codable {
  /// `jpeg`, `png` or `webp`.
  public var format: ImageFormat
  /// Columns as stored, before any orientation is applied. Pixels.
  public var width: Int
  /// Rows as stored. Pixels.
  public var height: Int
  /// Bits a sample as stored: 1, 2, 4, 8, 12 or 16.
  public var bitDepth: Int
  /// As stored: `grayscale`, `rgb`, `rgba`, `grayscale-alpha`, `palette`, `ycbcr`, `cmyk`, `ycck`.
  public var colorModel: String
  /// Whether it is stored in several passes (progressive JPEG, Adam7 PNG).
  public var progressive: Bool
  /// Frames, where the format can hold several (animated WebP, APNG); the first is examined.
  public var frames: Int
  /// 64 bits in 16 hexadecimal digits that change little when a picture is saved again or made
  /// smaller (see `PerceptualHash`): for finding copies. `nil` for a picture too even to be told
  /// from others.
  public var perceptualHash: String?

  public init(
    format: ImageFormat, width: Int, height: Int, bitDepth: Int = 8, colorModel: String,
    progressive: Bool = false, frames: Int = 1, perceptualHash: String? = nil
  ) {
    self.format = format
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    self.colorModel = colorModel
    self.progressive = progressive
    self.frames = frames
    self.perceptualHash = perceptualHash
  }
}

/// The formats that are decoded.
public enum ImageFormat: String, Hashable, Sendable, Codable, CaseIterable {
  case jpeg, png, webp
}
