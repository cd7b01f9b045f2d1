import ForensicCore
import JPEGForensics
import SignalAnalysis

/// The squares of a picture that are scored one by one: as large as those that the heads learnt
/// from, at native resolution, over the whole picture, overlapping as far as their number allows.
package struct TileGrid: Sendable {
  package let left: [Int]
  package let top: [Int]

  /// A larger picture has as many as cover it without overlapping.
  package static let most = 16
  /// Below 1.5 squares all of them would show nearly the same.
  static let shortestLength = ViewSampler.side * 3 / 2

  /// Of a picture whose sides are no shorter than a square.
  package init(width: Int, height: Int) {
    let steps = stride(
      from: ViewSampler.side / 2, to: ViewSampler.side, by: ViewSampler.alignment)
    let step =
      steps.first { Self.count(width, $0) * Self.count(height, $0) <= Self.most }
      ?? ViewSampler.side
    left = Self.positions(width, step)
    top = Self.positions(height, step)
  }

  /// Row by row.
  package var rectangles: [ViewRectangle] {
    top.flatMap { y in left.map { ViewRectangle(x: $0, y: y) } }
  }

  /// Each cell has the mean of the squares over its middle; what few pixels no square covers, at
  /// the right and lower edge, have their neighbours' value.
  package func map(_ values: [Double], width: Int, height: Int) -> BlockMap {
    let columns = (width + BlockMap.cell - 1) / BlockMap.cell
    let rows = (height + BlockMap.cell - 1) / BlockMap.cell
    let across = (0..<columns).map { Self.covering($0, left) }
    let down = (0..<rows).map { Self.covering($0, top) }
    var cells = [Float]()
    cells.reserveCapacity(columns * rows)
    for y in down {
      for x in across {
        var sum = 0.0
        for row in y { for column in x { sum += values[row * left.count + column] } }
        cells.append(Float(sum / Double(x.count * y.count)))
      }
    }
    return BlockMap(columns: columns, rows: rows, values: cells)
  }

  private static func covering(_ cell: Int, _ starts: [Int]) -> Range<Int> {
    let last = (starts.last ?? 0) + ViewSampler.side - 1
    let middle = min(cell * BlockMap.cell + BlockMap.cell / 2, last)
    let first = starts.firstIndex { $0 + ViewSampler.side > middle } ?? 0
    let end = starts.firstIndex { $0 > middle } ?? starts.count
    return first..<max(end, first + 1)
  }

  private static func count(_ length: Int, _ step: Int) -> Int {
    (length - ViewSampler.side + step - 1) / step + 1
  }

  /// Evenly from edge to edge, on multiples of 16.
  private static func positions(_ length: Int, _ step: Int) -> [Int] {
    let count = count(length, step)
    guard count > 1 else { return [0] }
    let room = length - ViewSampler.side
    return (0..<count).map {
      room * $0 / (count - 1) / ViewSampler.alignment * ViewSampler.alignment
    }
  }
}
