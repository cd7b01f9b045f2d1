/// Whether the preview embedded in a file shows the file's own picture.
///
/// Cameras write both from one exposure; a program that changes the picture and leaves the
/// preview behind leaves the two apart (H. Farid, "Photo Forensics", 2016, on thumbnails).
/// Needs no codec: the caller decodes `MetadataReading.thumbnail` and the picture, both as stored
/// (no orientation applied), into `LumaGrid`s.
public struct ThumbnailComparison: Hashable, Sendable {
  /// How the picture had to be cut for the best agreement.
  public enum Framing: String, Hashable, Sendable {
    case whole = "the whole picture"
    /// The middle of the picture at the preview's aspect ratio.
    case centre = "the middle of the picture"
  }

  /// The best normalised cross-correlation of 16 × 16 means over the ways in which the two were
  /// laid on each other, −1…1; 0 where one of them is without structure.
  public var correlation: Double
  /// Clockwise quarter turns of the preview at which it was found, 0…3.
  public var quarterTurns: Int
  /// Whether the preview was mirrored left to right before it was turned.
  public var isMirrored: Bool
  public var framing: Framing
  /// Whether black bars around the preview were left out.
  public var hadBars: Bool
  /// Width over height of the picture.
  public var pictureAspect: Double
  /// Width over height of the preview's content, turned as above.
  public var thumbnailAspect: Double
  /// By how much the preview's aspect ratio may differ, as a share of it: previews are so small that
  /// a side rounded by a pixel changes their shape by a hundredth, and where a bar ends is uncertain
  /// by two rows.
  public var aspectTolerance: Double
  /// Whether one of the two is too even to be compared.
  public var isFeatureless: Bool

  /// Sides of the grids that are correlated.
  package static let side = 16
  /// Standard deviation, in gray levels, below which a grid has nothing to compare.
  package static let leastContrast: Float = 3

  /// Compares the two in all eight orientations, with and without black bars, with the whole
  /// picture and with its middle. Turned and mirrored positions count only where they agree
  /// clearly better than the position as stored.
  public static func compare(picture: LumaGrid, thumbnail: LumaGrid) -> ThumbnailComparison {
    let pictureAspect = picture.aspect
    var best: ThumbnailComparison?
    var isFeatureless = picture.means(side: side).contrast < leastContrast
    let inner = thumbnail.withoutBars()
    for (content, hadBars) in [(thumbnail, false), (inner, true)] {
      if hadBars, inner == thumbnail { continue }
      let means = content.means(side: side)
      let tolerance = aspectTolerance(of: content, in: thumbnail)
      if means.contrast < leastContrast { isFeatureless = true }
      for mirrored in [false, true] {
        for turns in 0..<4 {
          let turned = means.turned(turns, mirrored: mirrored)
          let aspect = turns % 2 == 0 ? content.aspect : 1 / content.aspect
          for framing in [Framing.whole, .centre] {
            let near = abs(aspect / pictureAspect - 1) < 0.02
            if framing == .centre, near { continue }
            let frame = framing == .whole ? picture : picture.centre(aspect: aspect)
            let candidate = ThumbnailComparison(
              correlation: frame.means(side: side).correlation(with: turned), quarterTurns: turns,
              isMirrored: mirrored, framing: framing, hadBars: hadBars,
              pictureAspect: pictureAspect, thumbnailAspect: aspect, aspectTolerance: tolerance,
              isFeatureless: false)
            if candidate.isBetter(than: best) { best = candidate }
          }
        }
      }
    }
    var result =
      best
      ?? ThumbnailComparison(
        correlation: 0, quarterTurns: 0, isMirrored: false, framing: .whole, hadBars: false,
        pictureAspect: pictureAspect, thumbnailAspect: thumbnail.aspect,
        aspectTolerance: leastTolerance, isFeatureless: true)
    result.isFeatureless = isFeatureless
    return result
  }

  /// Of a preview without bars.
  private static let leastTolerance = 0.04

  private static func aspectTolerance(of content: LumaGrid, in preview: LumaGrid) -> Double {
    let across = content.width < preview.width ? 4 / Double(content.width) : 0
    let down = content.height < preview.height ? 4 / Double(content.height) : 0
    return leastTolerance + across + down
  }

  /// Plain positions come first; a more contrived one has to earn its place.
  private func isBetter(than other: ThumbnailComparison?) -> Bool {
    guard let other else { return true }
    let margin = isAsStored == other.isAsStored ? 0.005 : 0.1
    return correlation > other.correlation + margin
  }

  /// Neither turned nor mirrored.
  public var isAsStored: Bool { quarterTurns == 0 && !isMirrored }
}
