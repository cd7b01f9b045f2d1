import Glibc
import SignalAnalysis

/// How much of the square that detectors look at, 512 pixels wide, a picture fills: what its size
/// changes in their features (the number of views, and what is mirrored at half size).
public struct SizeClass: Hashable, Sendable {
  /// From 0, one view (256 × 256) or less, to 4, the whole square, in steps of √2 in area.
  public let rank: Int

  /// - Precondition: both sides are positive.
  public init(width: Int, height: Int) {
    let side = 2 * ViewSampler.side
    let area = Double(min(width, side) * min(height, side))
    let views = area / Double(ViewSampler.side * ViewSampler.side)
    rank = max(0, Int((2 * log2(views)).rounded(.down)))
  }

  /// Of what the feature store keeps.
  init(rank: Int) { self.rank = rank }
}
