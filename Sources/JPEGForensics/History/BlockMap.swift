import CKernels

/// One value for each cell of 8 × 8 pixels of a picture, rows from the top: where in the picture a
/// trace differs from the rest. What a value means is its method's business; larger is stranger.
public struct BlockMap: Hashable, Sendable {
  /// The side of a cell in pixels of the examined picture.
  public static let cell = 8

  public let columns: Int
  public let rows: Int
  public var values: [Float]

  /// - Precondition: `columns × rows` values, not none.
  public init(columns: Int, rows: Int, values: [Float]) {
    precondition(columns > 0 && rows > 0 && values.count == columns * rows)
    self.columns = columns
    self.rows = rows
    self.values = values
  }

  /// Every value replaced by the mean over a square of `2 × radius + 1` cells around it, as far as
  /// it lies inside.
  public func smoothed(radius: Int) -> BlockMap {
    guard radius > 0 else { return self }
    // Sums over all cells above and to the left.
    let stride = columns + 1
    var sums = [Double](repeating: 0, count: stride * (rows + 1))
    for y in 0..<rows {
      var line = 0.0
      for x in 0..<columns {
        line += Double(values[y * columns + x])
        sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + line
      }
    }
    var result = values
    for y in 0..<rows {
      let top = max(0, y - radius)
      let bottom = min(rows, y + radius + 1)
      for x in 0..<columns {
        let left = max(0, x - radius)
        let right = min(columns, x + radius + 1)
        let sum =
          sums[bottom * stride + right] - sums[top * stride + right]
          - sums[bottom * stride + left] + sums[top * stride + left]
        result[y * columns + x] = Float(sum / Double((bottom - top) * (right - left)))
      }
    }
    return BlockMap(columns: columns, rows: rows, values: result)
  }

  /// The value below which half of all lie.
  public var median: Float {
    ordered[values.count / 2]
  }

  /// The values from the least; none may be NaN.
  public var ordered: [Float] { values.ordered }

  /// Made smaller by whole factors until no side exceeds `side`, each cell the mean of those it
  /// covers.
  public func pooled(side: Int) -> BlockMap {
    let factor = (max(columns, rows) + side - 1) / side
    guard factor > 1 else { return self }
    let newColumns = (columns + factor - 1) / factor
    let newRows = (rows + factor - 1) / factor
    var sums = [Float](repeating: 0, count: newColumns * newRows)
    var counts = sums
    for y in 0..<rows {
      for x in 0..<columns {
        let cell = y / factor * newColumns + x / factor
        sums[cell] += values[y * columns + x]
        counts[cell] += 1
      }
    }
    return BlockMap(
      columns: newColumns, rows: newRows, values: zip(sums, counts).map { $0 / max(1, $1) })
  }
}

/// How well a map falls into two parts, and where between them to cut (Otsu, 1979).
struct TwoParts {
  /// The share of the variance that lies between the parts, 0…1.
  let separation: Float
  let cut: Float
  /// The share of cells above the cut.
  let upperShare: Float

  init(_ values: [Float]) {
    let sorted = values.ordered
    let count = Float(sorted.count)
    let mean = sorted.reduce(0, +) / count
    let variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard variance > 1e-12 else {
      (separation, cut, upperShare) = (0, mean, 0)
      return
    }
    var best: (between: Float, index: Int) = (0, 0)
    var sum: Float = 0
    for index in 1..<max(2, sorted.count) where index < sorted.count {
      sum += sorted[index - 1]
      let share = Float(index) / count
      guard share > 0.02, share < 0.98 else { continue }
      let lower = sum / Float(index)
      let upper = (mean * count - sum) / (count - Float(index))
      let between = share * (1 - share) * (upper - lower) * (upper - lower)
      if between > best.between { best = (between, index) }
    }
    separation = best.between / variance
    cut = sorted[best.index]
    upperShare = 1 - Float(best.index) / count
  }
}

extension BlockMap {
  /// Turned and mirrored as an EXIF orientation 1…8 asks, as `PixelBuffer.oriented` does.
  public func oriented(exif orientation: Int) -> BlockMap {
    guard (2...8).contains(orientation) else { return self }
    let isTurned = orientation >= 5
    let newColumns = isTurned ? rows : columns
    let newRows = isTurned ? columns : rows
    var result = [Float]()
    result.reserveCapacity(values.count)
    for y in 0..<newRows {
      for x in 0..<newColumns {
        let (column, row) =
          switch orientation {
          case 2: (columns - 1 - x, y)
          case 3: (columns - 1 - x, rows - 1 - y)
          case 4: (x, rows - 1 - y)
          case 5: (y, x)
          case 6: (y, rows - 1 - x)
          case 7: (columns - 1 - y, rows - 1 - x)
          default: (columns - 1 - y, x)
          }
        result.append(values[row * columns + column])
      }
    }
    return BlockMap(columns: newColumns, rows: newRows, values: result)
  }
}

extension [Float] {
  /// From the least; none may be NaN.
  fileprivate var ordered: [Float] {
    var result = self
    var spare = self
    hk_sort_floats(&result, &spare, count)
    return result
  }
}
