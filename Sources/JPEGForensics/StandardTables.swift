/// The quantisation tables that ITU-T T.81 gives as examples in Annex K, and the scaling of them
/// by a quality of 1…100 that the Independent JPEG Group's library introduced and nearly every
/// program took over (libjpeg, `jpeg_quality_scaling` and `jpeg_add_quant_table`).
public enum StandardTables {
  /// T.81, table K.1, row by row.
  public static let luma: [Int] = [
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
  ]

  /// T.81, table K.2, row by row.
  public static let chroma: [Int] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
  ]

  /// The table of `base` at `quality` 1…100; `baseline` clamps its steps to 255, as an 8-bit table
  /// needs (it matters below quality 25).
  public static func scaled(_ base: [Int], quality: Int, baseline: Bool) -> [Int] {
    let bounded = min(max(quality, 1), 100)
    let percent = bounded < 50 ? 5000 / bounded : 200 - 2 * bounded
    let largest = baseline ? 255 : 32767
    return base.map { min(max(($0 * percent + 50) / 100, 1), largest) }
  }

  /// One quality's tables in one way of clamping, and how coarse they are on the whole.
  struct Level: Sendable {
    var quality: Int
    var luma: [Int]
    var chroma: [Int]
    /// Sums of the 64 ratios step / Annex K.
    var lumaRatio: Double
    var chromaRatio: Double
  }

  /// The sum of the 64 ratios of a table's steps to those of `base`.
  static func ratio(_ table: [Int], to base: [Int]) -> Double {
    zip(table, base).reduce(0) { $0 + Double($1.0) / Double($1.1) }
  }

  /// Quality 100 down to 1, first clamped to 255, then the 16-bit tables that differ from those.
  static let levels: [Level] = {
    var levels = [Level]()
    for baseline in [true, false] {
      for quality in stride(from: 100, through: 1, by: -1) {
        let fine = scaled(luma, quality: quality, baseline: baseline)
        let colour = scaled(chroma, quality: quality, baseline: baseline)
        let level = Level(
          quality: quality, luma: fine, chroma: colour, lumaRatio: ratio(fine, to: luma),
          chromaRatio: ratio(colour, to: chroma))
        if baseline || (level.luma + level.chroma).contains(where: { $0 > 255 }) {
          levels.append(level)
        }
      }
    }
    return levels
  }()
}
