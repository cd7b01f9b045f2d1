import Foundation

/// The orthonormal cosine transform of eight samples, from its definition (ITU-T T.81, A.3.3).
enum CosineTransform {
  /// By frequency, then by sample.
  static let basis: [[Double]] = (0..<8).map { frequency in
    let scale: Double = frequency == 0 ? 0.125.squareRoot() : 0.5
    return (0..<8).map { sample in
      let angle: Double = Double((2 * sample + 1) * frequency) * Double.pi / 16
      return scale * cos(angle)
    }
  }
}
