import CKernels

/// The connected part of a picture that a map takes to its like.
struct CopiedPart: Sendable {
  /// Side and distance of the compared squares, in pixels of the plane.
  private static let side = 12
  private static let step = 6
  /// Flatter squares are alike everywhere: levels squared.
  private static let fewestVariance: Float = 9
  /// Copies have the same brightness, in levels, but for what saving changes.
  private static let mostDifference: Float = 12
  /// Pixels between a place and its like.
  private static let shortest = 16.0

  let map: PlaneMap
  /// Pairs of points that lie in the part.
  let pairs: Int
  /// Pixels of the plane.
  let pixels: Double
  let middle: (x: Double, y: Double)
  let detail: Double
  private let columns: Int
  private let rows: Int
  private let isPart: [Bool]
  private let back: PlaneMap

  /// The part with the most pairs; `nil` where none lies on alike squares.
  init?(_ plane: FloatPlane, map: PlaneMap, pairs: [Keypoints.Pair]) {
    guard let back = map.inverse, plane.width > Self.side, plane.height > Self.side else {
      return nil
    }
    columns = (plane.width - Self.side) / Self.step + 1
    rows = (plane.height - Self.side) / Self.step + 1
    let found = Self.compare(plane, map, count: columns * rows)
    let columns = self.columns
    let alike = found.indices.map {
      Self.isAlike(found[$0], at: Self.centre($0, columns: columns), map)
    }
    let label = Self.labels(alike, columns: columns)
    var held = [Int: Int]()
    for pair in pairs {
      if let square = Self.square(pair.from.x, pair.from.y, columns: columns, rows: rows),
        label[square] > 0
      {
        held[label[square], default: 0] += 1
      }
    }
    guard let most = held.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
    let isPart = label.map { $0 == most.key }
    self.isPart = isPart
    self.pairs = most.value
    let squares = isPart.indices.filter { isPart[$0] }
    pixels = Double(squares.count * Self.step * Self.step)
    let sums = squares.reduce(into: (x: 0.0, y: 0.0)) {
      let here = Self.centre($1, columns: columns)
      $0.x += here.x
      $0.y += here.y
    }
    middle = (sums.x / Double(squares.count), sums.y / Double(squares.count))
    let products = squares.reduce(into: (cross: 0.0, own: 1e-9, other: 1e-9)) {
      $0.cross += Double(found[$1].cross)
      $0.own += Double(found[$1].own)
      $0.other += Double(found[$1].other)
    }
    detail = products.cross / (products.own * products.other).squareRoot()
    self.map = map
    self.back = back
  }

  /// The share of the part that is alike once more, one step on or one step back: nearly all of a
  /// pattern that repeats, next to nothing of a copy.
  func repetition(_ plane: FloatPlane) -> Double {
    [back, map.then(map)].map { other in
      let found = Self.compare(plane, other, count: columns * rows)
      let inside = isPart.indices.filter { isPart[$0] && found[$0].correlation > -2 }
      let again = inside.count {
        Self.isAlike(found[$0], at: Self.centre($0, columns: columns), other)
      }
      return inside.isEmpty ? 0 : Double(again) / Double(inside.count)
    }.max() ?? 0
  }

  private static func compare(
    _ plane: FloatPlane, _ map: PlaneMap, count: Int
  ) -> [kp_likeness] {
    var found = [kp_likeness](repeating: kp_likeness(), count: count)
    let (width, height) = (Int32(plane.width), Int32(plane.height))
    var scratch = [Float](unsafeUninitializedCapacity: kp_compare_scratch(width, height)) {
      $1 = $0.count
    }
    kp_compare(
      plane.samples, width, height, [map.a, map.b, map.c, map.d, map.e, map.f].map(Float.init),
      Int32(side), Int32(step), &scratch, &found)
    return found
  }

  private static func isAlike(
    _ own: kp_likeness, at here: (x: Double, y: Double), _ map: PlaneMap
  ) -> Bool {
    let there = map.apply(here.x, here.y)
    return own.correlation >= CopyMove.likeness && own.variance >= fewestVariance
      && abs(own.difference) <= mostDifference
      && max(abs(there.x - here.x), abs(there.y - here.y)) >= shortest
  }

  /// Whether a pixel of the plane lies in the part or in its like: in any square that is alike.
  func covers(_ x: Double, _ y: Double) -> Bool {
    if holds(x, y) { return true }
    let (u, v) = back.apply(x, y)
    return holds(u, v)
  }

  private func holds(_ x: Double, _ y: Double) -> Bool {
    guard x >= 0, y >= 0, x < Double(columns * Self.step + Self.side),
      y < Double(rows * Self.step + Self.side)
    else { return false }
    let across = max(0, (Int(x) - Self.side + Self.step) / Self.step)...(Int(x) / Self.step)
    let down = max(0, (Int(y) - Self.side + Self.step) / Self.step)...(Int(y) / Self.step)
    return down.contains { row in
      row < rows && across.contains { $0 < columns && isPart[row * columns + $0] }
    }
  }

  private static func centre(_ square: Int, columns: Int) -> (x: Double, y: Double) {
    let half = Double(side - 1) / 2
    return (Double(square % columns * step) + half, Double(square / columns * step) + half)
  }

  /// The square whose centre is nearest.
  private static func square(_ x: Double, _ y: Double, columns: Int, rows: Int) -> Int? {
    let half = Double(side - 1) / 2
    let column = ((x - half) / Double(step)).rounded()
    let row = ((y - half) / Double(step)).rounded()
    guard column >= 0, row >= 0, column < Double(columns), row < Double(rows) else { return nil }
    return Int(row) * columns + Int(column)
  }

  /// A number from 1 for each set of squares that touch along their sides, 0 for the others.
  private static func labels(_ isSet: [Bool], columns: Int) -> [Int] {
    var label = [Int](repeating: 0, count: isSet.count)
    var last = 0
    for start in isSet.indices where isSet[start] && label[start] == 0 {
      last += 1
      label[start] = last
      var queue = [start]
      while let square = queue.popLast() {
        let x = square % columns
        for next in [
          x > 0 ? square - 1 : -1, x + 1 < columns ? square + 1 : -1, square - columns,
          square + columns,
        ] where next >= 0 && next < isSet.count && isSet[next] && label[next] == 0 {
          label[next] = last
          queue.append(next)
        }
      }
    }
    return label
  }
}
