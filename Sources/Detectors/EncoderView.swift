import ImageCodecs
import SignalAnalysis

/// What an encoder is shown of a picture, in examinations, training and measurements alike: the middle
/// 512 × 512 pixels at the size that detectors look at (`ExaminedSize`).
///
/// The chain of training ends in a window of that size at most. Shown a whole photograph of twelve
/// megapixels instead, an encoder would see a scene thirteen times smaller than all that its head learnt
/// from and was measured on.
package enum EncoderView {
  /// - Parameter picture: RGB, with at least one pixel; one of the examined size already is not shrunk
  ///   again, and a window of the chain comes back as it is.
  package static func of(_ picture: PixelBuffer) -> PixelBuffer {
    CoarseViews.middle(of: ExaminedSize.bounded(picture))
  }

  /// Where its upper left pixel lies in a picture of the examined size.
  static func corner(in picture: PixelBuffer) -> (x: Int, y: Int) {
    CoarseViews.corner(of: picture)
  }
}
