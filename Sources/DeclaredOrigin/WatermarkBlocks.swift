import ImageCodecs

/// The bit that each 4 × 4 block of a picture's low chroma frequencies carries, in reading order.
package struct WatermarkBlocks {
  private static let side = 4
  /// The strength with which the package marks the plane U.
  private static let scale = 36.0
  /// The Haar filter's tap, 1/√2, applied down and then across as PyWavelets does: its rounding
  /// decides where a value falls on the border between two bits, which whole numbers often do.
  private static let half = 0.7071067811865476

  private var carried = [Bool]()

  /// `nil` for a picture too small to be marked, or without colour channels.
  package init?(_ pixels: PixelBuffer) {
    guard pixels.channels == 3, pixels.width * pixels.height >= Watermark.leastPixels else {
      return nil
    }
    let columns = pixels.width / 4 * 4 / 2 / Self.side
    let rows = pixels.height / 4 * 4 / 2 / Self.side
    carried.reserveCapacity(columns * rows)
    pixels.samples.withUnsafeBufferPointer { samples in
      for row in 0..<rows {
        for column in 0..<columns {
          carried.append(
            Self.bit(samples, width: pixels.width, x: 8 * column, y: 8 * row))
        }
      }
    }
  }

  /// The message of `length` bits by majority: a bit is set where more than 127⁄255 of its blocks
  /// carry one, as the package decides.
  package func bits(length: Int) -> [Bool] {
    var ones = [Int](repeating: 0, count: length)
    var all = [Int](repeating: 0, count: length)
    var place = 0
    for bit in carried {
      if bit { ones[place] += 1 }
      all[place] += 1
      place = place + 1 == length ? 0 : place + 1
    }
    return zip(ones, all).map { $1 > 0 && $0 * 255 > 127 * $1 }
  }

  /// Pearson's correlation of the blocks' bits with the message laid over them again and again,
  /// times the square root of their number: standard deviations, for independent bits. 0 where
  /// all blocks carry the same.
  package func correlation(with message: [Bool]) -> Double {
    let count = Double(carried.count)
    var (ones, set, both) = (0.0, 0.0, 0.0)
    var place = 0
    for bit in carried {
      if bit { ones += 1 }
      if message[place] { set += 1 }
      if bit, message[place] { both += 1 }
      place = place + 1 == message.count ? 0 : place + 1
    }
    let spread = (ones * (count - ones) * set * (count - set)).squareRoot()
    return spread > 0 ? (both * count - ones * set) / spread * count.squareRoot() : 0
  }

  /// The bit of the block whose first pixel is (x, y).
  private static func bit(
    _ samples: UnsafeBufferPointer<UInt8>, width: Int, x: Int, y: Int
  ) -> Bool {
    var largest = -1.0
    for i in 0..<side {
      for j in 0..<side where i + j > 0 {
        let top = ((y + 2 * i) * width + x + 2 * j) * 3
        let bottom = top + 3 * width
        let left = half * u(samples, bottom) + half * u(samples, top)
        let right = half * u(samples, bottom + 3) + half * u(samples, top + 3)
        largest = max(largest, half * right + half * left)
      }
    }
    return largest.truncatingRemainder(dividingBy: scale) > scale / 2
  }

  /// U of BT.601 as OpenCV computes it for 8 bits: fixed point of 14 bits, rounded.
  private static func u(_ samples: UnsafeBufferPointer<UInt8>, _ at: Int) -> Double {
    let (red, green, blue) = (Int(samples[at]), Int(samples[at + 1]), Int(samples[at + 2]))
    let luma = (red * 4899 + green * 9617 + blue * 1868 + (1 << 13)) >> 14
    return Double(min(255, max(0, ((blue - luma) * 8061 + (128 << 14) + (1 << 13)) >> 14)))
  }
}
