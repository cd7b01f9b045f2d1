import ImageCodecs

/// The middle of a picture at half its size, as all its views share it: a second scale, at which
/// the traces of resizing, of re-encoding and of a decoder's coarser layers lie elsewhere.
public final class HalfSizeView: Sendable {
  package let analysis: ViewAnalysis

  /// Looks at the middle 512 × 512 pixels, from a multiple of 16 on; smaller pictures are mirrored
  /// at their right and lower edges.
  /// - Precondition: `picture` has at least one pixel.
  public init(of picture: PixelBuffer) {
    let corner = ViewRectangle(
      x: Self.start(along: picture.width), y: Self.start(along: picture.height))
    analysis = ViewAnalysis(Self.halved(picture, at: corner), halfSize: nil)
  }

  private static func start(along length: Int) -> Int {
    let spare = max(0, length - 2 * ViewSampler.side)
    return spare / 2 / ViewSampler.alignment * ViewSampler.alignment
  }

  /// Each sample the mean of 2 × 2, rounded half up.
  private static func halved(_ picture: PixelBuffer, at corner: ViewRectangle) -> PixelBuffer {
    let side = ViewSampler.side
    let quarters = [(0, 0), (side, 0), (0, side), (side, side)].map { x, y in
      ViewSampler.view(of: picture, at: ViewRectangle(x: corner.x + x, y: corner.y + y))
    }
    let samples = [UInt8](unsafeUninitializedCapacity: side * side * 3) { target, count in
      for (index, quarter) in quarters.enumerated() {
        let left = index % 2 * (side / 2)
        let top = index / 2 * (side / 2)
        quarter.samples.withUnsafeBufferPointer { source in
          for row in 0..<(side / 2) {
            for column in 0..<(side / 2) {
              let from = (2 * row * side + 2 * column) * 3
              let to = ((top + row) * side + left + column) * 3
              for channel in 0..<3 {
                let upper = from + channel
                let lower = upper + 3 * side
                let sum =
                  Int(source[upper]) + Int(source[upper + 3]) + Int(source[lower])
                  + Int(source[lower + 3])
                target[to + channel] = UInt8((sum + 2) / 4)
              }
            }
          }
        }
      }
      count = side * side * 3
    }
    return PixelBuffer(width: side, height: side, channels: 3, samples: samples)
  }
}
