import Glibc

/// A hash under which copies of a picture lie near one another, however often they were saved.
///
/// The luma is averaged to 32 × 32, its cosine transform (DCT-II) taken, and each of the 8 × 8
/// lowest frequencies becomes one bit: above their median or not (C. Zauner, "Implementation and
/// Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1; the bits stand in the
/// order of the Python package ImageHash). The distance of two hashes is the count of bits in
/// which they differ; copies differ in few, other pictures in about 32.
package enum PerceptualHash {
  private static let side = 32
  private static let kept = 8
  /// Standard deviation of the means, in gray levels, below which there is nothing to tell by.
  private static let leastContrast: Float = 3

  /// 16 hexadecimal digits, or `nil` for a picture that is too even.
  /// - Parameter samples: 8-bit, interleaved; `width × height × channels` of them.
  package static func of(
    _ samples: [UInt8], width: Int, height: Int, channels: Int
  ) -> String? {
    let grid = LumaGrid(width: width, height: height, channels: channels, samples: samples)
    guard let means = grid?.means(side: side), means.contrast >= leastContrast else { return nil }
    let low = lowFrequencies(means.values)
    let sorted = low.sorted()
    let median = (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    let bits = low.reduce(UInt64(0)) { $0 << 1 | ($1 > median ? 1 : 0) }
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The 8 × 8 lowest coefficients of the transform, row by row.
  private static func lowFrequencies(_ values: [Float]) -> [Double] {
    var narrow = [Double](repeating: 0, count: side * kept)
    for row in 0..<side {
      for frequency in 0..<kept {
        var sum = 0.0
        for column in 0..<side {
          sum += Double(values[row * side + column]) * basis[frequency * side + column]
        }
        narrow[row * kept + frequency] = sum
      }
    }
    var low = [Double](repeating: 0, count: kept * kept)
    for frequency in 0..<kept {
      for row in 0..<side {
        let weight = basis[frequency * side + row]
        for column in 0..<kept {
          low[frequency * kept + column] += narrow[row * kept + column] * weight
        }
      }
    }
    return low
  }

  /// cos(π (2n + 1) k / 2N) for the kept frequencies k, row by row.
  private static let basis: [Double] = (0..<kept).flatMap { frequency in
    (0..<side).map { cos(Double.pi * Double((2 * $0 + 1) * frequency) / Double(2 * side)) }
  }
}
