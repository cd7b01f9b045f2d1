import CKernels
import ImageCodecs

/// The middle of a picture at half and at a quarter of its size, as all its views share them:
/// scales at which the traces of resizing, of re-encoding and of a decoder's coarser layers lie elsewhere.
public final class CoarseViews: Sendable {
  /// The middle 512 × 512 pixels at half their size.
  package let half: ViewAnalysis
  /// The same at a quarter: 128 × 128, mirrored to a view.
  package let quarter: ViewAnalysis

  /// Looks at the middle 512 × 512 pixels, from a multiple of 16 on; smaller pictures are mirrored
  /// at their right and lower edges.
  /// - Precondition: `picture` has at least one pixel.
  public init(of picture: PixelBuffer) {
    let corner = ViewRectangle(
      x: Self.start(along: picture.width), y: Self.start(along: picture.height))
    half = ViewAnalysis(Self.halved(picture, at: corner), coarse: nil)
    let smaller = Self.halved(Self.middle(of: picture))
    quarter = ViewAnalysis(Self.halved(smaller, at: ViewRectangle(x: 0, y: 0)), coarse: nil)
  }

  /// The middle 512 × 512 pixels, from a multiple of 16 on; of a side that is shorter, all.
  /// - Precondition: `picture` has at least one pixel.
  package static func middle(of picture: PixelBuffer) -> PixelBuffer {
    picture.cropped(
      x: start(along: picture.width), y: start(along: picture.height),
      width: min(2 * ViewSampler.side, picture.width),
      height: min(2 * ViewSampler.side, picture.height))
  }

  /// Where the upper left of those pixels lies.
  package static func corner(of picture: PixelBuffer) -> (x: Int, y: Int) {
    (start(along: picture.width), start(along: picture.height))
  }

  private static func start(along length: Int) -> Int {
    let spare = max(0, length - 2 * ViewSampler.side)
    return spare / 2 / ViewSampler.alignment * ViewSampler.alignment
  }

  /// The whole picture, each sample the mean of 2 × 2, rounded half up; an odd last column or row
  /// is left out.
  private static func halved(_ picture: PixelBuffer) -> PixelBuffer {
    let width = max(1, picture.width / 2)
    let height = max(1, picture.height / 2)
    let channels = picture.channels
    let samples = [UInt8](unsafeUninitializedCapacity: width * height * channels) {
      target, count in
      fk_halve(
        picture.samples, Int32(picture.width), Int32(picture.height), Int32(channels),
        target.baseAddress)
      count = width * height * channels
    }
    return PixelBuffer(width: width, height: height, channels: channels, samples: samples)
  }

  /// The 512 × 512 pixels at a corner, the same way.
  private static func halved(_ picture: PixelBuffer, at corner: ViewRectangle) -> PixelBuffer {
    let side = ViewSampler.side
    let row = side / 2 * 3
    var samples = [UInt8]()
    samples.reserveCapacity(side * side * 3)
    for y in [0, side] {
      let pair = [0, side].map { x in
        halved(
          ViewSampler.view(of: picture, at: ViewRectangle(x: corner.x + x, y: corner.y + y)))
      }
      for start in stride(from: 0, to: side / 2 * row, by: row) {
        for quarter in pair { samples += quarter.samples[start..<(start + row)] }
      }
    }
    return PixelBuffer(width: side, height: side, channels: 3, samples: samples)
  }
}
