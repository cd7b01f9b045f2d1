import ForensicCore

/// Measures the quality at which a JPEG was last saved, from its quantisation tables alone.
///
/// Tables that the standard scaling gives are recognised exactly. For any other tables the nearest
/// quality is the one whose standard tables have the least mean absolute difference to them over
/// all entries; of two equally near the higher one.
public enum JPEGQualityEstimator {
  /// - Parameters:
  ///   - luma: the 64 steps of the first component's table, row by row.
  ///   - chroma: the tables of the other components, as far as they are not the first one's.
  public static func estimate(luma: [Int], chroma: [[Int]]) -> JPEGInfo.Quality {
    let both = nearest { level in
      chroma.reduce(difference(level.luma, luma)) { $0 + difference(level.chroma, $1) }
    }
    let lumaAlone = nearest { difference($0.luma, luma) }
    let chromaAlone = nearest { level in chroma.reduce(0) { $0 + difference(level.chroma, $1) } }
    // At qualities 1…3 the clamped chroma tables are all 255 and agree with each other; where
    // they fit the quality of the luma table, that quality is theirs.
    let standard = both.sum == 0
    let chromaQuality = standard ? both.quality : chromaAlone.quality
    let entries = 64 * (1 + chroma.count)
    return JPEGInfo.Quality(
      estimate: both.quality, standard: standard, luma: lumaAlone.quality,
      chroma: chroma.isEmpty ? nil : chromaQuality,
      distance: Double(both.sum) / Double(entries),
      maker: standard ? nil : TableMakers.maker(luma: luma, chroma: chroma))
  }

  /// Whether the standard scaling gives this luma (or chroma) table at some quality.
  public static func isStandard(_ table: [Int], chroma: Bool) -> Bool {
    nearest { difference(chroma ? $0.chroma : $0.luma, table) }.sum == 0
  }

  private static func nearest(
    _ distance: (StandardTables.Level) -> Int
  ) -> (quality: Int, sum: Int) {
    var best = (quality: 1, sum: Int.max)
    for level in StandardTables.levels {
      let sum = distance(level)
      if sum < best.sum { best = (level.quality, sum) }
      if sum == 0 { break }
    }
    return best
  }

  private static func difference(_ first: [Int], _ second: [Int]) -> Int {
    zip(first, second).reduce(0) { $0 + abs($1.0 - $1.1) }
  }
}
