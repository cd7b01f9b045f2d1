import CKernels

/// Points of a picture with descriptions that turning and scaling leave alike (Lowe, IJCV 60(2),
/// 2004), and the pairs of them that show the same thing.
struct Keypoints: Sendable {
  /// Two points that look alike; the second mirrored where the search was for mirrored ones.
  struct Pair: Sendable {
    var from: Place
    var to: Place
  }

  /// In pixels of the plane; the angle in radians.
  struct Place: Sendable {
    var x: Double
    var y: Double
    var sigma: Double
    var angle: Double
  }

  /// The strongest so many points are looked at.
  static let most = 2500
  /// Weaker extremes are noise, in levels.
  static let contrast: Float = 1.7
  /// Points nearer than this many pixels to each other are no pair.
  static let shortest: Float = 24
  /// A pair's product of descriptors, of 2²⁰: the cosine of the largest angle.
  static let fewestProduct = 0.825
  /// How much smaller the angle to the best match is than that to the second best.
  static let ratio = 0.6

  private let points: [kp_point]
  private let descriptors: [Int16]
  /// The descriptors once more, as they are searched.
  private let tiles: [Float]

  init(_ plane: FloatPlane) {
    let (width, height) = (Int32(plane.width), Int32(plane.height))
    var scratch = [Float](unsafeUninitializedCapacity: kp_scratch(width, height)) {
      $1 = $0.count
    }
    var points = [kp_point](repeating: kp_point(), count: Self.most)
    var count = 0
    descriptors = [Int16](unsafeUninitializedCapacity: Self.most * Int(KP_VALUES)) {
      count = kp_detect(
        plane.samples, width, height, plane.blur, Self.contrast, &scratch, &points,
        $0.baseAddress, Self.most)
      $1 = count * Int(KP_VALUES)
    }
    self.points = Array(points.prefix(count))
    tiles = [Float](unsafeUninitializedCapacity: kp_tiles(count)) { [descriptors] in
      kp_arrange(descriptors, count, $0.baseAddress)
      $1 = $0.count
    }
  }

  /// Pairs that stand out: the best match is clearly better than any other place's.
  func pairs(mirrored: Bool) -> [Pair] {
    let count = points.count
    guard count > 1 else { return [] }
    var best = [Int32](repeating: -1, count: count)
    var product = best
    var second = best
    kp_match(
      points, descriptors, tiles, count, mirrored ? 1 : 0, Self.shortest, 4, &best, &product,
      &second)
    return (0..<count).compactMap { index in
      let cosine = Double(product[index]) / 1_048_576
      guard best[index] >= 0, cosine >= Self.fewestProduct else { return nil }
      // For small angles their squares are as one less the cosine.
      let distance = 1 - min(1, cosine)
      let next = 1 - min(1, Double(second[index]) / 1_048_576)
      guard distance < Self.ratio * Self.ratio * next else { return nil }
      return Pair(from: place(index), to: place(Int(best[index])))
    }
  }

  private func place(_ index: Int) -> Place {
    let point = points[index]
    return Place(
      x: Double(point.x), y: Double(point.y), sigma: Double(point.sigma),
      angle: Double(point.angle))
  }
}

/// A picture's brightness at the size that copies are looked for in.
struct FloatPlane: Sendable {
  let width: Int
  let height: Int
  let samples: [Float]
  /// Pixels of the picture that one of the plane's takes, across and down.
  let across: Double
  let down: Double
  /// The blur that the plane has, as a standard deviation in its pixels.
  let blur: Float

  /// The plane has at most so many pixels; larger pictures are made smaller.
  static let most = 400_000
  /// Smaller pictures are made twice as wide and high, for points of their smallest detail.
  static let fewest = 200_000

  init(_ luma: LumaPlane) {
    let pixels = luma.width * luma.height
    if pixels < Self.fewest {
      (width, height, blur) = (2 * luma.width, 2 * luma.height, 1)
      samples = [Float](unsafeUninitializedCapacity: 4 * pixels) { target, filled in
        kp_double(luma.samples, Int32(luma.width), Int32(luma.height), target.baseAddress)
        filled = 4 * pixels
      }
    } else {
      let factor = max(1, (Double(pixels) / Double(Self.most)).squareRoot())
      width = max(1, Int(Double(luma.width) / factor))
      height = max(1, Int(Double(luma.height) / factor))
      blur = 0.5
      if factor > 1, luma.width <= 65535, luma.height <= 65535 {
        var small = [UInt8](repeating: 0, count: width * height)
        var scratch = [UInt32](repeating: 0, count: luma.width)
        fk_scale_area(
          luma.samples, UInt32(luma.width), UInt32(luma.height), 1, &small, UInt32(width),
          UInt32(height), &scratch)
        samples = small.map(Float.init)
      } else {
        samples = luma.samples.map(Float.init)
      }
    }
    across = Double(luma.width) / Double(width)
    down = Double(luma.height) / Double(height)
  }
}
