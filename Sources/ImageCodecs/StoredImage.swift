/// A picture in the samples and the mode that its file stores. Nothing is converted: no alpha is
/// composited, no palette looked up, no orientation or profile applied.
public struct StoredImage: Hashable, Sendable {
  /// Pillow's name for the mode stands in parentheses.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// 0 or 255 (`1`).
    case bilevel
    /// (`L`)
    case gray
    /// Two bytes a sample, low byte first (`I;16`).
    case gray16
    /// (`LA`)
    case grayAlpha
    /// (`RGB`)
    case rgb
    /// (`RGBA`)
    case rgba
    /// Indices into `palette` (`P`).
    case palette
    /// 255 is full ink (`CMYK`).
    case cmyk

    /// Bytes of one pixel.
    public var samples: Int {
      switch self {
      case .bilevel, .gray, .palette: 1
      case .gray16, .grayAlpha: 2
      case .rgb: 3
      case .rgba, .cmyk: 4
      }
    }
  }

  public let mode: Mode
  public let pixels: PixelBuffer
  /// 256 entries of red, green and blue; empty in all other modes.
  public let palette: [UInt8]

  /// - Precondition: the buffer has the mode's samples a pixel, and a palette 768 values.
  public init(mode: Mode, pixels: PixelBuffer, palette: [UInt8] = []) {
    precondition(pixels.channels == mode.samples)
    precondition(palette.count == (mode == .palette ? 768 : 0))
    self.mode = mode
    self.pixels = pixels
    self.palette = palette
  }

  /// An RGB picture. Precondition: three channels.
  public init(rgb: PixelBuffer) { self.init(mode: .rgb, pixels: rgb) }
}
