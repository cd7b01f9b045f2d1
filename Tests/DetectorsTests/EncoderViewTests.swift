import Detectors
import ImageCodecs
import SignalAnalysis
import Testing

@Suite("What an encoder is shown") struct EncoderViewTests {
  /// The middle of the picture at the size that detectors look at.
  @Test(arguments: [
    (1600, 1200, 512, 480), (600, 600, 512, 512), (640, 400, 512, 400), (1500, 300, 512, 272),
    (512, 512, 512, 512), (264, 384, 264, 384), (40, 30, 40, 30),
  ])
  func middle(width: Int, height: Int, seenWidth: Int, seenHeight: Int) {
    let whole = picture(width: width, height: height)
    let seen = EncoderView.of(whole)
    #expect(seen.width == seenWidth && seen.height == seenHeight && seen.channels == 3)
    let bounded = ExaminedSize.bounded(whole)
    let left = (bounded.width - seenWidth) / 2 / 16 * 16
    let top = (bounded.height - seenHeight) / 2 / 16 * 16
    #expect(
      seen == bounded.cropped(x: left, y: top, width: seenWidth, height: seenHeight))
    // A picture that is shrunk already, and a window of the chain, are not looked at otherwise.
    #expect(EncoderView.of(bounded) == seen)
    #expect(EncoderView.of(seen) == seen)
  }
}
