import CKernels
import ImageCodecs

/// What saving the picture again at several qualities would change, block by block, computed on
/// the coefficients themselves (by Parseval's theorem the mean square of the change in pixels, but
/// for clipping and rounding).
public struct Requantisation: Sendable {
  /// Farid (IEEE TIFS 4(1), 2009) looks at the differences for many qualities: parts that were
  /// saved at one of them before change least there.
  public static let qualities = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95]
  /// The quality of error-level analysis (Krawetz, 2007).
  public static let errorLevelQuality = 90

  public let columns: Int
  public let rows: Int
  /// Quality by quality, block by block: mean squares.
  let errors: [Float]

  public init(_ coefficients: JPEGCoefficients) {
    columns = coefficients.columns
    rows = coefficients.rows
    let steps = coefficients.steps.map(Float.init)
    let tables = Self.qualities.flatMap {
      StandardTables.scaled(StandardTables.luma, quality: $0, baseline: true).map(Float.init)
    }
    let count = Self.qualities.count
    let blocks = coefficients.blockCount
    errors = [Float](unsafeUninitializedCapacity: blocks * count) { target, filled in
      coefficients.values.withUnsafeBufferPointer {
        hk_requantise($0.baseAddress, blocks, steps, tables, Int32(count), target.baseAddress)
      }
      filled = blocks * count
    }
  }

  private func errors(at index: Int) -> ArraySlice<Float> {
    errors[(index * columns * rows)..<((index + 1) * columns * rows)]
  }

  /// Error-level analysis: the root mean square change of each block at quality 90.
  public var errorLevel: BlockMap {
    let index = Self.qualities.firstIndex(of: Self.errorLevelQuality) ?? 0
    return BlockMap(
      columns: columns, rows: rows, values: errors(at: index).map { $0.squareRoot() })
  }

  /// The mean change of the whole picture at each of `qualities`, as a root mean square.
  public var profile: [Double] {
    Self.qualities.indices.map { index in
      let sum = errors(at: index).reduce(0) { $0 + Double($1) }
      return (sum / Double(columns * rows)).squareRoot()
    }
  }

  /// A ghost: the quality at which the picture falls into two parts most clearly.
  public struct Ghost: Sendable {
    public let quality: Int
    /// The share of the variance between the two parts, 0…1.
    public let separation: Double
    /// The smaller part is high.
    public let map: BlockMap
  }

  /// Levels that the picture must change by for a ghost.
  private static let smallestChange = 0.5

  /// The clearest ghost of all qualities.
  public var ghost: Ghost? {
    let blocks = columns * rows
    // The change at one quality over the mean change at all of them, which takes texture out.
    var means = [Float](repeating: 0, count: blocks)
    for index in Self.qualities.indices {
      for (block, error) in errors(at: index).enumerated() { means[block] += error }
    }
    var best: Ghost?
    // At the file's own quality nothing changes, and there is no ghost to see.
    let changes = profile
    for (index, quality) in Self.qualities.enumerated() where changes[index] > Self.smallestChange {
      let ratios = zip(errors(at: index), means).map { error, mean in
        (error + 0.05) / (mean / Float(Self.qualities.count) + 0.05)
      }
      let map = BlockMap(columns: columns, rows: rows, values: ratios).smoothed(radius: 2)
      let parts = TwoParts(map.values)
      guard Double(parts.separation) > best?.separation ?? 0 else { continue }
      var oriented = map
      if parts.upperShare > 0.5 { oriented.values = map.values.map { -$0 } }
      best = Ghost(quality: quality, separation: Double(parts.separation), map: oriented)
    }
    return best
  }
}
