import ForensicCore
import ImageCodecs
import SignalAnalysis

/// Makes the pictures that stability is measured on.
///
/// Only what detectors look at is made: they see the middle 512 × 512 pixels, of which there is
/// enough here, so that a panorama takes no longer than a square. What is cut off begins at multiples
/// of 16 and leaves blocks and phases where they are.
package enum PictureChange {
  /// The longest side of what is made of a picture, in pixels.
  static let longest = 640

  /// The middle of the picture, changed.
  /// - Parameter picture: RGB, at the size that detectors see, with at least one pixel.
  /// - Throws: what the encoder or the decoder threw.
  package static func made(
    _ change: Stability.Change, of picture: PixelBuffer
  ) throws(ExaminationFailure) -> PixelBuffer {
    switch change {
    case .resaved95, .resaved80, .resaved60:
      let file = try ImageEncoder.jpeg(
        middle(of: picture, longest: longest), quality: change.quality ?? 100)
      return try ImageDecoder.decode(file).pixels
    case .halfSize:
      let part = middle(of: picture, longest: 2 * longest)
      return ExaminedSize.resampler.resize(
        part, width: max(1, part.width / 2), height: max(1, part.height / 2))
    case .cropped10:
      let (across, down) = (kept(of: picture.width), kept(of: picture.height))
      return middle(
        of: picture.cropped(
          x: across.lowerBound, y: down.lowerBound, width: across.count, height: down.count),
        longest: longest)
    }
  }

  /// What is left of a side when a tenth is cut off: a twentieth at each end, or a pixel more at the
  /// first one, whose number is odd, so that no block of 8 pixels keeps its place.
  package static func kept(of length: Int) -> Range<Int> {
    let cut = length / 10
    let first = min(length / 20 | 1, cut)
    return first..<(first + length - cut)
  }

  private static func middle(of picture: PixelBuffer, longest: Int) -> PixelBuffer {
    guard max(picture.width, picture.height) > longest else { return picture }
    let (width, height) = (min(picture.width, longest), min(picture.height, longest))
    func start(_ spare: Int) -> Int { spare / 2 / ViewSampler.alignment * ViewSampler.alignment }
    return picture.cropped(
      x: start(picture.width - width), y: start(picture.height - height), width: width,
      height: height)
  }
}
