import ForensicCore

/// How block grids in the pixels are told.
extension HistoryWords {
  private static let gridMethod =
    "Votes for the origin of the JPEG grid (ZERO: Nikoukhah et al., 2021), one a pixel"

  static func grid(_ grid: BlockGrid, isJPEG: Bool) -> Finding {
    let place = "\(grid.x), \(grid.y)"
    var finding = Finding(
      code: "jpeg.grid.none", method: gridMethod,
      summary: "No block grid of a JPEG was found in the pixels.",
      parameters: ["threshold": fixed(BlockGrid.threshold, 0)],
      result: [
        "origin": place, "votes": String(grid.votes), "voters": String(grid.voters),
        "log10FalseAlarms": fixed(grid.falseAlarms, 1),
      ],
      limits: "High qualities, scaling and strong denoising leave no grid.")
    guard grid.isFound else { return finding }
    let home = grid.x == 0 && grid.y == 0
    switch (isJPEG, home) {
    case (true, true):
      finding.code = "jpeg.grid"
      finding.summary = "The block grid lies where the file's own compression puts it."
    case (true, false):
      finding.code = "jpeg.grid.shifted"
      finding.weight = .notable
      finding.summary =
        "The strongest block grid begins at \(place), not where the file's own compression puts "
        + "it: the pixels look as if the picture had been a JPEG before and been cropped or moved."
      finding.limits =
        "Of 249 camera files none looked so that was saved once, nor of 506 that were made smaller "
        + "before (docs/scaled-jpeg.md). Cropping is everyday work and no sign of a change."
    case (false, _):
      // Up-sampling by eight leaves a grid as well, so it is no sign of a JPEG by itself.
      finding.code = "jpeg.grid.trace"
      finding.summary =
        "The pixels bear a grid of 8 × 8 blocks, beginning at \(place): that of an earlier JPEG, or "
        + "of a generator or scaler that works in blocks of eight."
    }
    finding.figure = "map-block-grid"
    return finding
  }

  static func secondGrid(_ grid: BlockGrid) -> Finding? {
    guard grid.hasSecond else { return nil }
    return Finding(
      code: "jpeg.grid.second", method: gridMethod,
      summary: "A second block grid may begin at \(grid.second.x), \(grid.second.y): the whole "
        + "picture or a part of it may have been a JPEG before, with another grid.",
      parameters: ["threshold": fixed(BlockGrid.secondThreshold, 0)],
      result: [
        "origin": "\(grid.second.x), \(grid.second.y)", "votes": String(grid.second.votes),
        "log10FalseAlarms": fixed(grid.second.falseAlarms, 1),
      ],
      figure: "map-block-grid",
      limits:
        "Regular textures (screens, fabrics, tiles) can vote for a place of their own. None of "
        + "249 camera files that were saved once did (docs/localisation.md), nor of 506 that were "
        + "made smaller and saved once (docs/scaled-jpeg.md).")
  }

  static func gridMap(_ grid: BlockGrid) -> CompressionHistory.TraceMap {
    .init(
      method: .blockGrid, title: "Where the block grid breaks off",
      caption: "Votes against the picture's main grid less votes for it, over 40 × 40 pixels. "
        + "Flat and overexposed parts do not vote.",
      unit: "share of pixels", map: grid.map)
  }
}
