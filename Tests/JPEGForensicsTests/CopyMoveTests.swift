import CKernels
import Foundation
import ImageCodecs
import JPEGForensics
import Testing

@Suite struct CopyMoveTests {
  /// How the copy lies to its source: a mirror, a turn in degrees, a scale.
  struct Change: Sendable, CustomTestStringConvertible {
    var turn = 0.0
    var scale = 1.0
    var isMirrored = false
    var testDescription: String { "\(turn)° × \(scale)\(isMirrored ? " mirrored" : "")" }
  }

  /// Texture with things in it: 220 discs and rectangles of random size and level.
  static func scene(width: Int, height: Int, seed: UInt64) -> PixelBuffer {
    var picture = Texture.picture(width: width, height: height, seed: seed, channels: 1)
    var state = seed &+ 77
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<220 {
      let (x, y, radius, isDisc) = (next(width), next(height), 3 + next(12), next(2) == 0)
      let (across, change) = (3 + next(12), next(120) - 60)
      for py in max(0, y - radius)..<min(height, y + radius) {
        for px in max(0, x - across)..<min(width, x + across) {
          let (dx, dy) = (px - x, py - y)
          if isDisc, dx * dx + dy * dy >= radius * radius { continue }
          let at = py * width + px
          picture.samples[at] = UInt8(clamping: Int(picture.samples[at]) + change)
        }
      }
    }
    return picture
  }

  /// A picture in which a disc of radius 44 about (110, 96) lies again about (270, 170), saved.
  private func copied(_ change: Change, quality: Int, seed: UInt64 = 6) throws -> LumaPlane {
    let original = Self.scene(width: 384, height: 256, seed: seed)
    var picture = original
    let (c, s) = (cos(change.turn * .pi / 180), sin(change.turn * .pi / 180))
    let radius = 44 * change.scale
    for y in 0..<256 {
      for x in 0..<384 {
        let (u, v) = (Double(x) - 270, Double(y) - 170)
        guard u * u + v * v < radius * radius else { continue }
        let across = (c * u + s * v) / change.scale * (change.isMirrored ? -1 : 1)
        let down = (c * v - s * u) / change.scale
        let (px, py) = (110 + across, 96 + down)
        let (i, j) = (Int(px), Int(py))
        let (fx, fy) = (px - Double(i), py - Double(j))
        func level(_ dx: Int, _ dy: Int) -> Double {
          Double(original.samples[(j + dy) * 384 + i + dx])
        }
        let top = level(0, 0) * (1 - fx) + level(1, 0) * fx
        let below = level(0, 1) * (1 - fx) + level(1, 1) * fx
        picture.samples[y * 384 + x] = UInt8((top * (1 - fy) + below * fy).rounded())
      }
    }
    return LumaPlane(
      try ImageDecoder.decode(try ImageEncoder.jpeg(picture, quality: quality)).pixels)
  }

  @Test(arguments: [60, 75, 95]) func movedPart(quality: Int) throws {
    let copies = try #require(CopyMove(try copied(Change(), quality: quality)))
    let found = copies.match
    let match = try #require(found)
    #expect((abs(match.dx), abs(match.dy)) == (160, 74))
    #expect(match.scale == 1 && match.turn == 0 && !match.isMirrored)
    // Both discs, and little else: 6082 pixels each are 95 cells.
    var hits = 0
    for (index, value) in copies.map.values.enumerated() where value > 0 {
      let (x, y) = (Double(index % 48) * 8 + 4, Double(index / 48) * 8 + 4)
      if hypot(x - 110, y - 96) < 52 || hypot(x - 270, y - 170) < 52 { hits += 1 }
    }
    #expect(hits >= 120)
    #expect(Double(hits) >= 0.95 * Double(copies.map.values.reduce(0, +)))
  }

  @Test(arguments: [
    Change(turn: 25), Change(turn: 90), Change(turn: -170), Change(scale: 1.2),
    Change(turn: 10, scale: 0.85), Change(isMirrored: true),
  ])
  func changedPart(change: Change) throws {
    let found = CopyMove(try copied(change, quality: 92))?.match
    let match = try #require(found)
    #expect(match.isMirrored == change.isMirrored)
    #expect(abs(max(match.scale, 1 / match.scale) - max(change.scale, 1 / change.scale)) < 0.05)
    if !change.isMirrored { #expect(abs(abs(match.turn) - abs(change.turn)) < 3) }
  }

  @Test(arguments: 1...6) func nothingCopied(seed: UInt64) throws {
    let picture = Self.scene(width: 320, height: 256, seed: seed)
    #expect(CopyMove(LumaPlane(picture))?.match == nil)
    let saved = try ImageDecoder.decode(try ImageEncoder.jpeg(picture, quality: 70)).pixels
    #expect(CopyMove(LumaPlane(saved))?.match == nil)
  }

  /// What repeats by itself is no copy: a pattern of equal tiles, each with noise of its own.
  @Test(arguments: [23, 40, 64]) func patterns(tile: Int) {
    let one = Self.scene(width: 64, height: 64, seed: 3)
    var picture = Texture.picture(width: 320, height: 256, seed: 8, channels: 1)
    for index in picture.samples.indices {
      let (x, y) = (index % 320, index / 320)
      let level = Int(one.samples[y % tile * 64 + x % tile]) + Int(picture.samples[index]) / 8 - 16
      picture.samples[index] = UInt8(clamping: level)
    }
    #expect(CopyMove(LumaPlane(picture))?.match == nil)
  }

  @Test(arguments: [(64, 64), (65, 2000), (3000, 64), (1200, 900)])
  func flatAndOdd(width: Int, height: Int) throws {
    for level in [UInt8(0), 128, 255] {
      let flat = PixelBuffer(
        width: width, height: height, channels: 1,
        samples: Array(repeating: level, count: width * height))
      let copies = try #require(CopyMove(LumaPlane(flat)))
      #expect(copies.match == nil)
      #expect(copies.map.values.count == (width / 8) * (height / 8))
    }
    var bars = PixelBuffer(
      width: width, height: height, channels: 1,
      samples: Array(repeating: 0, count: width * height))
    for index in bars.samples.indices where index % width % 2 == 0 { bars.samples[index] = 255 }
    #expect(CopyMove(LumaPlane(bars))?.match == nil)
    #expect(CopyMove(LumaPlane(bars.cropped(x: 0, y: 0, width: 63, height: 64))) == nil)
  }
}

@Suite struct KeypointKernelTests {
  private func points(_ picture: PixelBuffer) -> ([kp_point], [Int16]) {
    let (width, height) = (Int32(picture.width), Int32(picture.height))
    var scratch = [Float](repeating: 0, count: kp_scratch(width, height))
    var points = [kp_point](repeating: kp_point(), count: 400)
    var descriptors = [Int16](repeating: 0, count: 400 * Int(KP_VALUES))
    let count = kp_detect(
      picture.samples.map(Float.init), width, height, 0.5, 1.7, &scratch, &points, &descriptors,
      400)
    return (Array(points.prefix(count)), descriptors)
  }

  /// Turned by a quarter or mirrored, a picture has the same points with the same descriptors (or
  /// the mirrored ones), but for what the border and even sides change.
  @Test(arguments: [2, 3, 6, 8]) func turned(orientation: Int) {
    let picture = CopyMoveTests.scene(width: 161, height: 161, seed: 11)
    let (points, descriptors) = points(picture)
    let (others, other) = self.points(picture.oriented(exif: orientation))
    #expect(points.count > 100)
    var wanted = descriptors
    if orientation == 2 { kp_mirror(descriptors, points.count, &wanted) }
    var same = 0
    for (index, point) in points.enumerated() {
      let (x, y) = (point.x, point.y)
      let place: (Float, Float) =
        switch orientation {
        case 2: (160 - x, y)
        case 3: (160 - x, 160 - y)
        case 6: (160 - y, x)
        default: (y, 160 - x)
        }
      let near = others.indices.first {
        abs(others[$0].x - place.0) < 0.6 && abs(others[$0].y - place.1) < 0.6
          && abs(others[$0].sigma / point.sigma - 1) < 0.05
      }
      guard let near else { continue }
      let product = (0..<Int(KP_VALUES)).reduce(0) {
        $0 + Int(wanted[index * 128 + $1]) * Int(other[near * 128 + $1])
      }
      if Double(product) > 0.9 * 1_048_576 { same += 1 }
    }
    #expect(Double(same) > 0.8 * Double(points.count), "\(same) of \(points.count)")
  }

  /// Against the plain search. 400 points fill neither whole tiles nor whole blocks.
  @Test(arguments: [false, true], [1, 2, 3, 97, 400]) func match(mirrored: Bool, most: Int) {
    let (all, descriptors) = points(CopyMoveTests.scene(width: 200, height: 160, seed: 2))
    let points = Array(all.prefix(most))
    var others = descriptors
    if mirrored { kp_mirror(descriptors, points.count, &others) }
    var best = [Int32](repeating: 0, count: points.count)
    var product = best
    var second = best
    var tiles = [Float](repeating: 0, count: kp_tiles(points.count))
    kp_arrange(descriptors, points.count, &tiles)
    kp_match(
      points, descriptors, tiles, points.count, mirrored ? 1 : 0, 24, 0, &best, &product, &second)
    for one in points.indices {
      var found = [(value: Int, other: Int)]()
      for other in points.indices {
        let (dx, dy) = (points[one].x - points[other].x, points[one].y - points[other].y)
        guard dx * dx + dy * dy >= 576 else { continue }
        let value = (0..<128).reduce(0) {
          $0 + Int(descriptors[one * 128 + $1]) * Int(others[other * 128 + $1])
        }
        found.append((value, other))
      }
      // Of equals the first.
      found.sort { ($1.value, $0.other) < ($0.value, $1.other) }
      #expect(Int(best[one]) == found.first?.other ?? -1)
      #expect(Int(product[one]) == found.first?.value ?? 0)
      #expect(Int(second[one]) == found.dropFirst().first?.value ?? 0)
    }
  }
}
