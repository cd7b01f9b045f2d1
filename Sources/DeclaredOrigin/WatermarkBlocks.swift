import CKernels
import ImageCodecs

/// The bit that each 4 × 4 block of a picture's low chroma frequencies carries, in reading order.
package struct WatermarkBlocks {
  /// The side of a block's pixels: one step of the Haar wavelet halves it.
  private static let side = 8

  private var carried: [Bool]

  /// `nil` for a picture too small to be marked, or without colour channels.
  package init?(_ pixels: PixelBuffer) {
    guard pixels.channels == 3, pixels.width * pixels.height >= Watermark.leastPixels else {
      return nil
    }
    let columns = pixels.width / Self.side
    let rows = pixels.height / Self.side
    let bits = [UInt8](unsafeUninitializedCapacity: columns * rows) {
      wk_bits(
        pixels.samples, Int32(pixels.width), Int32(columns), Int32(rows), $0.baseAddress)
      $1 = columns * rows
    }
    carried = bits.map { $0 == 1 }
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

  /// Whether the blocks go with the mark's message clearly better than with messages that nobody
  /// writes: the same one begun at its other places, and its bits in other orders.
  func single(out mark: Watermark.Mark) -> Bool {
    let bits = mark.message.bits
    let turned = (1..<bits.count).map { Array(bits[$0...] + bits[..<$0]) }
    var generator = SplitMix(state: 1)
    let shuffled = (0..<64).map { _ in bits.shuffled(using: &generator) }
    return (turned + shuffled).allSatisfy {
      correlation(with: $0) * Watermark.leastLead <= mark.score
    }
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
}

/// Steele, Lea and Flood's generator (2014): the same numbers every time.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
