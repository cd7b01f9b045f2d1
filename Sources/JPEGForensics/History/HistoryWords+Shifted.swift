import ForensicCore

/// How an earlier saving on another block grid is told.
extension HistoryWords {
  /// Pictures that bear a grid of their own.
  static let steps =
    "Pictures drawn in steps of some pixels (pixel art, enlarged icons, screens of dots) look so as "
    + "well."

  static func shifted(_ found: ShiftedCompression, quality: Int) -> Finding {
    var result = [
      "strength": fixed(found.strength, 1), "lastQuality": String(quality),
      "strongestOrigin": "\(found.x), \(found.y)",
    ]
    if found.isDetected {
      result["firstQuality"] = String(found.firstQuality)
      if let step = found.firstStep { result["firstStepOfMean"] = String(step) }
    }
    return Finding(
      code: found.isDetected ? "jpeg.double-shifted" : "jpeg.double-shifted.none",
      method:
        "Periodicity of DCT coefficients on every shifted block grid (after Bianchi and Piva, "
        + "IEEE TIFS 7(2), 2012), against the mirror images of each shift",
      summary: found.isDetected
        ? "The coefficients look as if, before its last saving, the picture had been saved as JPEG on "
          + "a block grid that begins at \(found.x), \(found.y), at about quality "
          + "\(found.firstQuality), and been saved again after a crop or a shift."
        : "No trace of an earlier saving as JPEG on a shifted block grid was found.",
      weight: found.isDetected ? .notable : .information,
      parameters: [
        "threshold": fixed(ShiftedCompression.threshold, 1),
        "blocks": String(found.blocks), "frequencies": "3",
      ],
      result: result, figure: "double-jpeg-shifted",
      limits: found.isDetected
        ? "Cropping a picture and saving it again is everyday work and no sign of a change to what "
          + "it shows. \(steps) The quality is that of the nearest standard table."
        : "A first saving finer than the last one hardly shows, scaling or turning in between hides "
          + "it, and three of the 63 shifts cannot be told from the last saving's own traces "
          + "(docs/shifted-jpeg.md has the rates).")
  }

  static func strengths(_ found: ShiftedCompression) -> Figure {
    Figure(
      id: "double-jpeg-shifted", title: "Evidence for a first saving, by where its grid begins",
      caption:
        "By how many standard deviations the coefficients of a grid that begins so far to the "
        + "right and down are closer to multiples of a step than those of its mirror images. One "
        + "number far above all others names the earlier grid. The numbers are rounded: the greatest "
        + "is \(fixed(found.strength, 1)), and it counts from "
        + "\(fixed(ShiftedCompression.threshold, 1)) on.",
      content: .grid(columns: 8, values: found.strengths.map { Int($0.rounded()) }))
  }
}
