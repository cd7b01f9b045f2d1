import ImageCodecs

/// The size at which detectors look at a picture: larger ones are shrunk first.
///
/// A camera's twelve megapixels and the same scene at a generator's 1024 × 1024 differ in scale
/// before they differ in anything else, and of a large picture at its own resolution a few views see
/// next to nothing. How much it brings stands in docs/baseline-log.md ("Whole pictures").
public enum ExaminedSize {
  /// The longest side in pixels.
  public static let longSide = 640
  /// The short side is not shrunk below this, a view and a bit: of a panorama the long side stays longer.
  public static let shortSide = 272

  /// What shrinks it.
  package static let resampler = Resampler(kernel: .catmullRom)

  /// The picture at the size that detectors see.
  /// - Precondition: `picture` has at least one pixel.
  public static func bounded(_ picture: PixelBuffer) -> PixelBuffer {
    resampler.shrink(picture, longSide: longSide)
  }
}
