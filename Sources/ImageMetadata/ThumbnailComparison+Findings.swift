import ForensicCore

extension ThumbnailComparison {
  /// From here on preview and picture agree. Measured in `docs/exif.md`: own previews correlate
  /// with 0.948 or more, those of other pictures with 0.755 or less.
  package static let agreement = 0.92
  /// Below this they show different things.
  package static let difference = 0.8

  /// What an examiner should read of it: one of `exif.thumbnail.match`,
  /// `exif.thumbnail.mismatch`; none where there is nothing to compare.
  public var findings: [Finding] {
    guard !isFeatureless else { return [] }
    let (summary, weight) = verdict
    return [
      Finding(
        code: weight == .information ? "exif.thumbnail.match" : "exif.thumbnail.mismatch",
        method: "Normalised cross-correlation of the embedded preview and the picture, both as "
          + "16 × 16 means, in eight orientations, with and without black bars",
        summary: summary, weight: weight,
        parameters: [
          "agreement from": "\(Self.agreement)", "difference below": "\(Self.difference)",
          "aspect ratio tolerance": "\(Int((100 * aspectTolerance).rounded())) %",
        ],
        result: [
          "correlation": Self.rounded(correlation), "compared with": framing.rawValue,
          "aspect ratio of the picture": Self.rounded(pictureAspect),
          "aspect ratio of the preview": Self.rounded(thumbnailAspect),
          "preview turned": isAsStored
            ? "no" : "\(quarterTurns * 90)° clockwise\(isMirrored ? ", mirrored" : "")",
          "black bars": hadBars ? "left out" : "none",
        ],
        limits: "Sees changes of composition, not small ones: a face exchanged in a group does not "
          + "move 256 means. Programs that edit usually write a new preview.")
    ]
  }

  private var verdict: (String, Finding.Weight) {
    if correlation < Self.difference {
      return (
        "The preview embedded in the file shows something else than the picture itself.",
        .contradiction
      )
    }
    if correlation < Self.agreement {
      return (
        "The preview embedded in the file differs from the picture: one of them was changed.",
        .notable
      )
    }
    if !isAsStored {
      return (
        "The picture was turned or mirrored after the preview embedded in the file was made.",
        .notable
      )
    }
    if framing == .whole, abs(thumbnailAspect / pictureAspect - 1) > aspectTolerance {
      return (
        "The preview embedded in the file has another shape than the picture: one of them was "
          + "stretched or cropped.", .notable
      )
    }
    return (
      framing == .whole
        ? "The preview embedded in the file shows the same as the picture."
        : "The preview embedded in the file shows the middle of the picture.", .information
    )
  }

  private static func rounded(_ value: Double) -> String {
    ExifValue.format((value * 1000).rounded() / 1000)
  }
}
