import CKernels
import ImageCodecs

/// A part of the picture that lies in it twice: moved, and perhaps turned, scaled or mirrored.
///
/// Points that look alike are paired (after Amerini et al., IEEE TIFS 6(3), 2011), pairs that agree
/// on one map are gathered, and the map is verified square by square: the two places must agree
/// about their means and, all together, in the fine detail that things alike by nature do not
/// share.
public struct CopyMove: Sendable {
  /// How one place lies to the other, in pixels of the picture, and what speaks for it.
  public struct Match: Hashable, Sendable {
    /// From the middle of one place to that of the other.
    public var dx: Int
    public var dy: Int
    /// How much larger the second place is, and its turn in degrees.
    public var scale: Double
    public var turn: Double
    public var isMirrored: Bool
    /// Cells of 8 × 8 in one place.
    public var cells: Int
    /// Pairs of points inside it.
    public var pairs: Int
    /// The correlation of the fine detail, -1 … 1.
    public var detail: Double
  }

  /// Pairs of points that a part must hold.
  static let fewestPairs = 4
  /// What is asked of a part: so much correlation of the fine detail from so many pairs. Copies
  /// that were turned or scaled have lost some detail to interpolation, so their pairs must speak.
  static let asked: [(isMoved: Bool, pairs: Int, detail: Double)] = [
    (true, 4, 0.75), (true, 10, 0.65), (false, 12, 0.45),
  ]
  /// Pixels of the smallest part, and its share of the picture.
  static let fewestPixels = 600.0
  static let smallestShare = 0.002
  /// The share of a part that may be alike once more, a step further: patterns repeat.
  static let mostRepetition = 0.4
  /// The correlation about the means that makes two squares alike.
  static let likeness: Float = 0.8
  /// Maps that are verified, the one with the most pairs first.
  static let mapsVerified = 3
  /// How many times smaller or larger a copy may be.
  static let mostScale = 3.0

  /// The largest match; `nil` where nothing lies twice.
  public let match: Match?
  /// 1 where a cell is part of the match, on either side; 0 elsewhere.
  public let map: BlockMap

  /// `nil` where the picture is smaller than 64 pixels either way.
  public init?(_ luma: LumaPlane) {
    guard luma.width >= 64, luma.height >= 64, luma.width * luma.height < 1 << 31 else {
      return nil
    }
    let plane = FloatPlane(luma)
    let points = Keypoints(plane)
    var best: (match: Match, part: CopiedPart)?
    for mirrored in [false, true] {
      var pairs = points.pairs(mirrored: mirrored)
      for _ in 0..<Self.mapsVerified {
        guard let found = Self.agreement(pairs, mirrored: mirrored) else { break }
        pairs = found.rest
        let maps = [found.map, Self.moved(found, plane: plane)].compactMap { $0 }
        let parts = maps.compactMap { CopiedPart(plane, map: $0, pairs: found.agreeing) }
        guard let part = parts.max(by: { $0.detail < $1.detail }),
          let match = Self.accepted(part, luma: luma, plane: plane, mirrored: mirrored),
          match.cells > best?.match.cells ?? 0
        else { continue }
        best = (match, part)
      }
    }
    match = best?.match
    var values = [Float](repeating: 0, count: luma.columns * luma.rows)
    if let part = best?.part {
      for index in values.indices {
        let x = (Double(index % luma.columns * BlockMap.cell) + 4) / plane.across
        let y = (Double(index / luma.columns * BlockMap.cell) + 4) / plane.down
        if part.covers(x, y) { values[index] = 1 }
      }
    }
    map = BlockMap(columns: luma.columns, rows: luma.rows, values: values)
  }

  private static func accepted(
    _ part: CopiedPart, luma: LumaPlane, plane: FloatPlane, mirrored: Bool
  ) -> Match? {
    let pixels = part.pixels * plane.across * plane.down
    let isMoved = part.map.isMove
    guard
      asked.contains(where: {
        $0.isMoved == isMoved && part.pairs >= $0.pairs && part.detail >= $0.detail
      }),
      pixels >= max(fewestPixels, smallestShare * Double(luma.width * luma.height)),
      part.repetition(plane) < mostRepetition
    else { return nil }
    let there = part.map.apply(part.middle.x, part.middle.y)
    return Match(
      dx: Int(((there.x - part.middle.x) * plane.across).rounded()),
      dy: Int(((there.y - part.middle.y) * plane.down).rounded()),
      scale: part.map.scale, turn: part.map.turn, isMirrored: mirrored,
      cells: Int((pixels / 64).rounded()), pairs: part.pairs, detail: part.detail)
  }

  // MARK: Maps that pairs agree on

  /// The map with the most pairs behind it, these, and the others.
  private static func agreement(
    _ pairs: [Keypoints.Pair], mirrored: Bool
  ) -> (map: PlaneMap, agreeing: [Keypoints.Pair], rest: [Keypoints.Pair])? {
    guard pairs.count >= fewestPairs else { return nil }
    var best: (map: PlaneMap, count: Int)?
    // One pair says by its sizes and directions what the map is, roughly.
    for pair in pairs {
      let map = PlaneMap(from: pair.from, to: pair.to, mirrored: mirrored)
      guard (1 / mostScale...mostScale).contains(map.scale) else { continue }
      let count = pairs.count { distance($0, map) < 10 }
      if count > best?.count ?? 1 { best = (map, count) }
    }
    guard var map = best?.map else { return nil }
    for (tolerance, affine) in [(10.0, false), (5, false), (3, true), (2.5, true)] {
      let near = pairs.filter { distance($0, map) < tolerance }
      guard near.count >= fewestPairs,
        let better = PlaneMap(near, mirrored: mirrored, affine: affine && near.count >= 6)
          ?? PlaneMap(near, mirrored: mirrored, affine: false)
      else { return nil }
      map = better
    }
    guard (1 / mostScale...mostScale).contains(map.scale) else { return nil }
    let agreeing = pairs.filter { distance($0, map) < 3 }
    guard agreeing.count >= fewestPairs else { return nil }
    return (map, agreeing, pairs.filter { distance($0, map) >= 10 })
  }

  /// The move by whole pixels of the picture that is nearest to a map which hardly turns or scales:
  /// most copies are moved only, and a map that is a little off loses their fine detail.
  private static func moved(
    _ found: (map: PlaneMap, agreeing: [Keypoints.Pair], rest: [Keypoints.Pair]), plane: FloatPlane
  ) -> PlaneMap? {
    let map = found.map
    guard max(abs(map.a - 1), abs(map.b), abs(map.d), abs(map.e - 1)) < 0.03 else { return nil }
    func whole(_ offsets: [Double], _ side: Double) -> Double {
      (offsets.sorted()[offsets.count / 2] * side).rounded() / side
    }
    return PlaneMap(
      a: 1, b: 0, c: whole(found.agreeing.map { $0.to.x - $0.from.x }, plane.across),
      d: 0, e: 1, f: whole(found.agreeing.map { $0.to.y - $0.from.y }, plane.down))
  }

  private static func distance(_ pair: Keypoints.Pair, _ map: PlaneMap) -> Double {
    let to = map.apply(pair.from.x, pair.from.y)
    return max(abs(to.x - pair.to.x), abs(to.y - pair.to.y))
  }
}
