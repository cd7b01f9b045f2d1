import ForensicCore

/// Measures the quality at which a JPEG was last saved, from its quantisation tables alone.
///
/// Tables that the standard scaling gives are recognised exactly. For other tables the nearest
/// quality is the one whose tables are as coarse on the whole: every step is divided by the step
/// of Annex K in its place, and the means of these ratios over all entries are compared. Nearness
/// entry by entry would follow the many steps of the finest patterns, where a picture has next to
/// nothing to lose; `docs/jpeg-quality.md` shows how far that leads astray.
public enum JPEGQualityEstimator {
  /// - Parameters:
  ///   - luma: the 64 steps of the first component's table, row by row.
  ///   - chroma: the tables of the other components, as far as they are not the first one's.
  public static func estimate(luma: [Int], chroma: [[Int]]) -> JPEGInfo.Quality {
    let exact = StandardTables.levels.first { level in
      level.luma == luma && chroma.allSatisfy { level.chroma == $0 }
    }
    if let exact {
      return JPEGInfo.Quality(
        estimate: exact.quality, standard: true, luma: exact.quality,
        chroma: chroma.isEmpty ? nil : exact.quality, distance: 0, maker: nil)
    }
    let lumaRatio = StandardTables.ratio(luma, to: StandardTables.luma)
    let chromaRatio = chroma.reduce(0) {
      $0 + StandardTables.ratio($1, to: StandardTables.chroma)
    }
    let tables = Double(chroma.count)
    let both = nearest { abs($0.lumaRatio + tables * $0.chromaRatio - lumaRatio - chromaRatio) }
    let lumaLevel = exactLevel(luma, \.luma) ?? nearest { abs($0.lumaRatio - lumaRatio) }
    let chromaLevel = chroma.first.map { first in
      let exact = chroma.allSatisfy { $0 == first } ? exactLevel(first, \.chroma) : nil
      return exact ?? nearest { abs(tables * $0.chromaRatio - chromaRatio) }
    }
    let sum = chroma.reduce(difference(both.luma, luma)) { $0 + difference(both.chroma, $1) }
    return JPEGInfo.Quality(
      estimate: both.quality, standard: false, luma: lumaLevel.quality,
      chroma: chromaLevel?.quality, distance: Double(sum) / Double(64 * (1 + chroma.count)),
      maker: TableMakers.maker(luma: luma, chroma: chroma))
  }

  /// Whether the standard scaling gives this luma (or chroma) table at some quality.
  public static func isStandard(_ table: [Int], chroma: Bool) -> Bool {
    exactLevel(table, chroma ? \.chroma : \.luma) != nil
  }

  private static func exactLevel(
    _ table: [Int], _ kind: KeyPath<StandardTables.Level, [Int]>
  ) -> StandardTables.Level? {
    StandardTables.levels.first { $0[keyPath: kind] == table }
  }

  /// The level with the least distance; of equally near ones the highest quality.
  private static func nearest(
    _ distance: (StandardTables.Level) -> Double
  ) -> StandardTables.Level {
    var best = StandardTables.levels[0]
    var least = distance(best)
    for level in StandardTables.levels.dropFirst() {
      let candidate = distance(level)
      if candidate < least { (best, least) = (level, candidate) }
    }
    return best
  }

  private static func difference(_ first: [Int], _ second: [Int]) -> Int {
    zip(first, second).reduce(0) { $0 + abs($1.0 - $1.1) }
  }
}
