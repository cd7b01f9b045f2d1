import CKernels
import ImageCodecs

/// Parts of the picture that lie in it twice, moved but not turned or scaled.
///
/// Windows of 16 × 16 are reduced to coarse fingerprints (after Fridrich, Soukal and Lukáš, 2003);
/// pairs of windows with the same one vote for the distance between them, and the distances with
/// the most votes are verified cell by cell.
public struct CopyMove: Sendable {
  /// The copied area's offset, in pixels, and how much of the picture it covers.
  public struct Match: Hashable, Sendable {
    public var dx: Int
    public var dy: Int
    /// Cells of 8 × 8 in the copied part.
    public var cells: Int
  }

  /// Shorter offsets are the texture's own likeness.
  static let shortestOffset = 24
  static let offsetsVerified = 6
  /// Fewer votes are chance.
  static let fewestVotes = 4
  /// Cells of the smallest part that is reported.
  static let fewestCells = 12
  /// Percent of a cell's variance that two savings of the same pixels may differ by.
  static let tolerance = 10
  private static let mostFingerprints = 1 << 18

  /// The largest match; `nil` where nothing lies twice.
  public let match: Match?
  /// 1 where a cell is part of the match, on either side; 0 elsewhere.
  public let map: BlockMap

  /// `nil` where the picture is smaller than four windows each way.
  public init?(_ luma: LumaPlane) {
    guard luma.width >= 64, luma.height >= 64, luma.width * luma.height < 1 << 31 else {
      return nil
    }
    var best: (match: Match, cells: [UInt8])?
    for offset in Self.offsets(luma) {
      let cells = Self.verify(luma, dx: offset.x, dy: offset.y)
      let part = Self.largestPart(cells, columns: luma.columns)
      if part.count >= Self.fewestCells, part.count > best?.match.cells ?? 0 {
        var own = [UInt8](repeating: 0, count: cells.count)
        for cell in part { own[cell] = 1 }
        best = (Match(dx: offset.x, dy: offset.y, cells: part.count), own)
      }
    }
    match = best?.match
    var values = [Float](repeating: 0, count: luma.columns * luma.rows)
    if let best {
      for (cell, isPart) in best.cells.enumerated() where isPart == 1 {
        values[cell] = 1
        let x = (cell % luma.columns * 8 + best.match.dx + 4) / 8
        let y = (cell / luma.columns * 8 + best.match.dy + 4) / 8
        if x < luma.columns, y < luma.rows { values[y * luma.columns + x] = 1 }
      }
    }
    map = BlockMap(columns: luma.columns, rows: luma.rows, values: values)
  }

  /// The distances that most pairs of like windows have, the most frequent first.
  private static func offsets(_ luma: LumaPlane) -> [(x: Int, y: Int)] {
    var scratch = [UInt16](repeating: 0, count: hk_fingerprint_scratch(Int32(luma.width)))
    let room = min(mostFingerprints, luma.width * luma.height / 4)
    var found = [UInt64](repeating: 0, count: room)
    let count = hk_fingerprints(
      luma.samples, Int32(luma.width), Int32(luma.height), &scratch, &found, room)
    var spare = [UInt64](repeating: 0, count: count)
    hk_sort_fingerprints(&found, &spare, count)
    var votes = [Int: Int]()
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, found[end] >> 32 == found[start] >> 32 { end += 1 }
      // What occurs often is a pattern of the picture, not a copy.
      if end - start > 1, end - start <= 6 {
        for first in start..<end {
          for second in (first + 1)..<end where second < end {
            let one = Int(found[first] & 0xFFFF_FFFF)
            let other = Int(found[second] & 0xFFFF_FFFF)
            let (low, high) = (min(one, other), max(one, other))
            let dy = high / luma.width - low / luma.width
            let dx = high % luma.width - low % luma.width
            guard max(abs(dx), dy) >= shortestOffset else { continue }
            votes[dy * 2 * luma.width + dx + luma.width, default: 0] += 1
          }
        }
      }
      start = end
    }
    return votes.filter { $0.value >= fewestVotes }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(offsetsVerified)
      .map { ($0.key % (2 * luma.width) - luma.width, $0.key / (2 * luma.width)) }
  }

  private static func verify(_ luma: LumaPlane, dx: Int, dy: Int) -> [UInt8] {
    var cells = [UInt8](repeating: 0, count: luma.columns * luma.rows)
    hk_match(
      luma.samples, Int32(luma.width), Int32(luma.height), Int32(dx), Int32(dy),
      Int32(tolerance), &cells)
    return cells
  }

  /// The largest set of cells that touch along their sides.
  private static func largestPart(_ cells: [UInt8], columns: Int) -> [Int] {
    var seen = cells.map { $0 == 0 }
    var largest = [Int]()
    for start in cells.indices where !seen[start] {
      var part = [start]
      seen[start] = true
      var next = 0
      while next < part.count {
        let cell = part[next]
        next += 1
        let x = cell % columns
        for neighbour in [
          x > 0 ? cell - 1 : -1, x + 1 < columns ? cell + 1 : -1, cell - columns, cell + columns,
        ] where neighbour >= 0 && neighbour < cells.count && !seen[neighbour] {
          seen[neighbour] = true
          part.append(neighbour)
        }
      }
      if part.count > largest.count { largest = part }
    }
    return largest
  }
}
