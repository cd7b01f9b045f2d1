/// Decoded samples: 8 bits each, row by row from the top, channels interleaved, no padding.
public struct PixelBuffer: Hashable, Sendable {
  /// Columns, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// Samples a pixel: 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA or CMYK).
  public let channels: Int
  /// `height × width × channels` samples.
  public var samples: [UInt8]

  /// - Precondition: `samples.count == width * height * channels`, all factors positive.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(width > 0 && height > 0 && (1...4).contains(channels))
    precondition(samples.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The rectangle with its upper left corner at (`x`, `y`).
  /// - Precondition: the rectangle lies within the buffer and is not empty.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> PixelBuffer {
    precondition(x >= 0 && y >= 0 && width > 0 && height > 0)
    precondition(x + width <= self.width && y + height <= self.height)
    let rowBytes = width * channels
    var cropped = [UInt8]()
    cropped.reserveCapacity(rowBytes * height)
    for row in y..<(y + height) {
      let start = (row * self.width + x) * channels
      cropped.append(contentsOf: samples[start..<(start + rowBytes)])
    }
    return PixelBuffer(width: width, height: height, channels: channels, samples: cropped)
  }
}
