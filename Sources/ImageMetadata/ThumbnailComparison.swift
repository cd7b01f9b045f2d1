import ForensicCore

/// Whether the preview embedded in a file shows the file's own picture.
///
/// Needs no codec: the caller decodes `MetadataReading.thumbnail` and the picture, both as
/// stored (no orientation applied), into `LumaGrid`s.
public struct ThumbnailComparison: Hashable, Sendable {
  /// The best normalised cross-correlation over the ways they were laid on each other, −1…1.
  public var correlation: Double
  /// Clockwise quarter turns of the thumbnail at which it was found, 0…3.
  public var quarterTurns: Int
  /// Whether the thumbnail had to be mirrored left to right (before turning).
  public var mirrored: Bool
  /// Width over height of the picture, and of the thumbnail without letterbox bars, turned.
  public var pictureAspect: Double
  public var thumbnailAspect: Double

  /// Compares the two.
  public static func compare(picture: LumaGrid, thumbnail: LumaGrid) -> ThumbnailComparison {
    ThumbnailComparison(
      correlation: 0, quarterTurns: 0, mirrored: false, pictureAspect: 1, thumbnailAspect: 1)
  }

  /// What an examiner should read of it: `exif.thumbnail.match`, `exif.thumbnail.mismatch`.
  public var findings: [Finding] { [] }
}
