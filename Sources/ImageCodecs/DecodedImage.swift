import ForensicCore

/// A picture as the examination sees it, and what its file said and suffered from.
public struct DecodedImage: Sendable {
  /// RGB, 8 bits, 3 channels, as stored: orientation, gamma and colour profile are not applied.
  /// Gray is replicated, 16 bits are scaled to 8, alpha is composited over white, CMYK is
  /// multiplied out.
  public var pixels: PixelBuffer
  /// What the headers say.
  public var info: ImageInfo
  /// What was damaged, and what the pixels do not show (`decode.…`).
  public var findings: [Finding]
  /// Rows from the top that were read before the first sign of damage; the height of the picture
  /// where there was none. What lies below may be gray, white or displaced.
  public var soundRows: Int

  public init(pixels: PixelBuffer, info: ImageInfo, findings: [Finding], soundRows: Int) {
    self.pixels = pixels
    self.info = info
    self.findings = findings
    self.soundRows = soundRows
  }
}
