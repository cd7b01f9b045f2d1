import CKernels
import Glibc
import ImageCodecs

/// A blur with a normal distribution, as picture programs have it; edges are continued.
struct GaussianBlur {
  /// The weights from one side to the other, which sum to 1.
  private let weights: [Float]

  /// - Parameter deviation: the standard deviation in pixels, above 0.
  init(deviation: Double) {
    precondition(deviation > 0)
    let reach = Int((3 * deviation).rounded(.up))
    let values = (-reach...reach).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
    let sum = values.reduce(0, +)
    weights = values.map { Float($0 / sum) }
  }

  /// The blurred samples, not rounded, in the picture's order.
  func samples(of picture: PixelBuffer) -> [Float] {
    let channels = picture.channels
    let row = picture.width * channels
    let reach = weights.count / 2
    let margin = reach * channels
    // One row, and as much of its ends as the kernel reaches beyond it.
    var padded = [Float](repeating: 0, count: row + 2 * margin)
    return [Float](unsafeUninitializedCapacity: row * picture.height) { target, count in
      target.update(repeating: 0)
      picture.samples.withUnsafeBufferPointer { source in
        padded.withUnsafeMutableBufferPointer { padded in
          for y in 0..<picture.height {
            padded.update(repeating: 0)
            let middle = padded.baseAddress?.advanced(by: margin)
            for (place, weight) in weights.enumerated() {
              let from = min(max(y + place - reach, 0), picture.height - 1)
              fk_add_weighted(source.baseAddress?.advanced(by: from * row), row, weight, middle)
            }
            for index in 0..<margin {
              padded[index] = padded[margin + index % channels]
              padded[margin + row + index] = padded[margin + row - channels + index % channels]
            }
            for (place, weight) in weights.enumerated() {
              for index in 0..<row {
                target[y * row + index] += weight * padded[place * channels + index]
              }
            }
          }
        }
      }
      count = row * picture.height
    }
  }
}
