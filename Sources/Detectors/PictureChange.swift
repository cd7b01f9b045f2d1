import ForensicCore
import ImageCodecs
import SignalAnalysis

/// Makes the pictures that stability is measured on.
///
/// Only what detectors look at is made: the middle 512 × 512 pixels and a margin that takes the chroma of
/// JPEG files and the resampler's reach, so that a panorama takes no longer than a square. What is cut off
/// begins at multiples of 16 and leaves blocks and phases where they are.
package enum PictureChange {
  /// The longest side of what is made of a picture, in pixels.
  static let longest = 544

  /// The middle of the picture, saved again.
  /// - Parameter picture: RGB, at the size that detectors see, with at least one pixel.
  /// - Throws: what the encoder or the decoder threw.
  package static func saved(
    _ picture: PixelBuffer, quality: Int
  ) throws(ExaminationFailure) -> PixelBuffer {
    try ImageDecoder.decode(
      ImageEncoder.jpeg(middle(of: picture, longest: longest), quality: quality)
    ).pixels
  }

  /// The middle of the picture at half its width and height, rounded down.
  /// - Parameter picture: at the size that detectors see, with at least one pixel.
  package static func halved(_ picture: PixelBuffer) -> PixelBuffer {
    let part = middle(of: picture, longest: 2 * longest)
    return ExaminedSize.resampler.resize(
      part, width: max(1, part.width / 2), height: max(1, part.height / 2))
  }

  /// The middle view of what is left of a picture without a tenth of its sides, as it lies in the
  /// whole; `nil` where less than a view is left.
  package static func viewWhenCropped(width: Int, height: Int) -> ViewRectangle? {
    let (across, down) = (kept(of: width), kept(of: height))
    guard min(across.count, down.count) >= ViewSampler.side else { return nil }
    return ViewSampler.views(width: across.count, height: down.count, maximum: 1).first.map {
      ViewRectangle(x: across.lowerBound + $0.x, y: down.lowerBound + $0.y)
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
