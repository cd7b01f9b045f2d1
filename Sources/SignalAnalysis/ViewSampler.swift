import ImageCodecs

/// One square of a picture, `ViewSampler.side` pixels wide, that detectors look at.
public struct ViewRectangle: Hashable, Sendable, Codable {
  /// Left column and upper row inside the picture; multiples of 16 (0 where the picture is
  /// smaller than a view).
  public var x: Int
  public var y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// Chooses the views of a picture: a grid over the whole of it, from its size alone.
///
/// The corners of all views are multiples of 16, so that the 8 × 8 blocks of a JPEG file, and the
/// 16 × 16 ones of its chroma at 4:2:0, lie alike in every view and in every picture.
public enum ViewSampler {
  /// The side of a view in pixels.
  public static let side = 256
  /// Every view begins at a multiple of this.
  public static let alignment = 16

  /// At least one and at most `maximum` views, left to right, then top to bottom. Neighbours
  /// overlap where the picture is not a multiple of 256; with few allowed they lie apart.
  public static func views(of picture: PixelBuffer, maximum: Int) -> [ViewRectangle] {
    views(width: picture.width, height: picture.height, maximum: maximum)
  }

  /// The same from the size alone.
  public static func views(width: Int, height: Int, maximum: Int) -> [ViewRectangle] {
    var columns = count(along: width)
    var rows = count(along: height)
    while columns * rows > max(1, maximum) {
      if columns >= rows { columns -= 1 } else { rows -= 1 }
    }
    let left = positions(along: width, count: columns)
    return positions(along: height, count: rows).flatMap { y in
      left.map { ViewRectangle(x: $0, y: y) }
    }
  }

  /// The samples of one view as RGB. Grey pictures are spread over three channels, an alpha
  /// channel is left out; a picture smaller than a view is mirrored at its right and lower edges.
  public static func view(of picture: PixelBuffer, at rectangle: ViewRectangle) -> PixelBuffer {
    // Of three channels, what lies inside is copied row by row.
    let whole = picture.channels == 3 ? min(side, max(0, picture.width - rectangle.x)) : 0
    let columns = (whole..<side).map {
      mirrored(rectangle.x + $0, picture.width) * picture.channels
    }
    let second = picture.channels >= 3 ? 1 : 0
    let third = picture.channels >= 3 ? 2 : 0
    let samples = [UInt8](unsafeUninitializedCapacity: side * side * 3) { target, count in
      picture.samples.withUnsafeBufferPointer { source in
        var next = 0
        for row in 0..<side {
          let start = mirrored(rectangle.y + row, picture.height) * picture.width * picture.channels
          if whole > 0, let from = source.baseAddress, let to = target.baseAddress {
            (to + next).initialize(from: from + start + rectangle.x * 3, count: whole * 3)
            next += whole * 3
          }
          for column in columns {
            let pixel = start + column
            target[next] = source[pixel]
            target[next + 1] = source[pixel + second]
            target[next + 2] = source[pixel + third]
            next += 3
          }
        }
      }
      count = side * side * 3
    }
    return PixelBuffer(width: side, height: side, channels: 3, samples: samples)
  }

  /// A second view along an axis pays from about 1.3 views on; below, it would repeat the first.
  private static func count(along length: Int) -> Int {
    max(1, (10 * length - 3 * side + 10 * side - 1) / (10 * side))
  }

  private static func positions(along length: Int, count: Int) -> [Int] {
    let room = max(0, length - side)
    guard count > 1 else { return [room / 2 / alignment * alignment] }
    return (0..<count).map { index in
      (room * index + (count - 1) / 2) / (count - 1) / alignment * alignment
    }
  }

  /// Reflects an index at the ends of `0..<length`, the end sample repeated (…2 1 0 0 1 2…).
  private static func mirrored(_ index: Int, _ length: Int) -> Int {
    guard index >= length else { return index }
    let phase = index % (2 * length)
    return phase < length ? phase : 2 * length - 1 - phase
  }
}
