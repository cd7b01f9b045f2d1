import ForensicCore
import JPEGForensics
import SignalAnalysis

/// The squares of a picture that are scored one by one: as large as those that the heads learnt
/// from, over the whole of the picture as detectors see it, overlapping as far as their number allows.
package struct TileGrid: Sendable {
  package let left: [Int]
  package let top: [Int]
  private let width: Int
  private let height: Int

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
    self.width = width
    self.height = height
  }

  /// Row by row.
  package var rectangles: [ViewRectangle] {
    top.flatMap { y in left.map { ViewRectangle(x: $0, y: y) } }
  }

  /// Each cell has the mean of the squares over its middle; what few pixels no square covers, at
  /// the right and lower edge, have their neighbours' value.
  /// - Parameters:
  ///   - values: one a square.
  ///   - width: of the picture itself, which may be larger than what detectors see of it.
  ///   - height: likewise.
  package func map(_ values: [Double], width: Int, height: Int) -> BlockMap {
    let columns = (width + BlockMap.cell - 1) / BlockMap.cell
    let rows = (height + BlockMap.cell - 1) / BlockMap.cell
    func squares(_ starts: [Int], over cell: Int, seen: Int, of length: Int) -> Range<Int> {
      let middle = cell * BlockMap.cell + BlockMap.cell / 2
      return Self.covering(middle * seen / length, starts)
    }
    let across = (0..<columns).map { squares(left, over: $0, seen: self.width, of: width) }
    let down = (0..<rows).map { squares(top, over: $0, seen: self.height, of: height) }
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

  private static func covering(_ position: Int, _ starts: [Int]) -> Range<Int> {
    let last = (starts.last ?? 0) + ViewSampler.side - 1
    let middle = min(position, last)
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
