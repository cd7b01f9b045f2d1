import CKernels
import Glibc
import ImageCodecs

/// Resizing as programs on the way of a picture do it.
public struct Resampler: Sendable {
  /// The interpolation kernels in common use.
  public enum Kernel: Int, Sendable, CaseIterable {
    case triangle, catmullRom, lanczos3, box

    /// Half the kernel's width, in samples of the coarser grid.
    var support: Double {
      switch self {
      case .box: 0.5
      case .triangle: 1
      case .catmullRom: 2
      case .lanczos3: 3
      }
    }

    func value(_ x: Double) -> Double {
      let t = abs(x)
      switch self {
      case .box: return t <= 0.5 ? 1 : 0
      case .triangle: return max(0, 1 - t)
      case .catmullRom:
        if t < 1 { return (1.5 * t - 2.5) * t * t + 1 }
        if t < 2 { return ((-0.5 * t + 2.5) * t - 4) * t + 2 }
        return 0
      case .lanczos3:
        if t < 1e-9 { return 1 }
        if t >= 3 { return 0 }
        let a = Double.pi * t
        return 3 * sin(a) * sin(a / 3) / (a * a)
      }
    }
  }

  /// One output sample: where its inputs begin, and their weights, which sum to 1.
  private struct Tap {
    var start: Int
    var weights: [Float]
  }

  public let kernel: Kernel

  public init(kernel: Kernel) { self.kernel = kernel }

  /// The picture at a new size, at least 1 × 1. When shrinking, the kernel is widened by the
  /// factor, so that nothing aliases.
  public func resize(_ picture: PixelBuffer, width: Int, height: Int) -> PixelBuffer {
    precondition(width > 0 && height > 0)
    let channels = picture.channels
    let across = taps(from: picture.width, to: width)
    let down = taps(from: picture.height, to: height)
    let row = picture.width * channels
    // One output row at a time: first the input rows under it are summed, which runs along memory.
    var line = [Float](repeating: 0, count: row)
    let samples = [UInt8](unsafeUninitializedCapacity: width * height * channels) {
      target, count in
      picture.samples.withUnsafeBufferPointer { source in
        line.withUnsafeMutableBufferPointer { line in
          for (y, tap) in down.enumerated() {
            line.update(repeating: 0)
            for (offset, weight) in tap.weights.enumerated() {
              let from = (tap.start + offset) * row
              fk_add_weighted(
                source.baseAddress?.advanced(by: from), row, weight, line.baseAddress)
            }
            for (x, tap) in across.enumerated() {
              for channel in 0..<channels {
                var sum: Float = 0.5
                var index = tap.start * channels + channel
                for weight in tap.weights {
                  sum += weight * line[index]
                  index += channels
                }
                target[(y * width + x) * channels + channel] = UInt8(min(max(sum, 0), 255))
              }
            }
          }
        }
      }
      count = width * height * channels
    }
    return PixelBuffer(width: width, height: height, channels: channels, samples: samples)
  }

  /// The picture with its long side brought to `longSide`, its short side no shorter than
  /// `ExaminedSize.shortSide`; as it is where that would not shrink it.
  public func shrink(_ picture: PixelBuffer, longSide: Int) -> PixelBuffer {
    let wanted = Double(longSide) / Double(max(picture.width, picture.height))
    let least = Double(ExaminedSize.shortSide) / Double(min(picture.width, picture.height))
    let scale = max(wanted, least)
    guard scale < 1 else { return picture }
    return resize(
      picture, width: Int((Double(picture.width) * scale).rounded()),
      height: Int((Double(picture.height) * scale).rounded()))
  }

  private func taps(from length: Int, to target: Int) -> [Tap] {
    let step = Double(length) / Double(target)
    let stretch = max(1, step)
    let reach = kernel.support * stretch
    return (0..<target).map { index in
      let centre = (Double(index) + 0.5) * step
      var first = max(0, Int((centre - reach).rounded(.up)))
      var last = min(length - 1, Int((centre + reach).rounded(.down)))
      if first > last {
        first = min(max(Int(centre), 0), length - 1)
        last = first
      }
      var weights = (first...last).map { kernel.value((Double($0) + 0.5 - centre) / stretch) }
      if weights.reduce(0, +) <= 0 { weights = weights.map { _ in 1 } }
      let sum = weights.reduce(0, +)
      return Tap(start: first, weights: weights.map { Float($0 / sum) })
    }
  }
}
