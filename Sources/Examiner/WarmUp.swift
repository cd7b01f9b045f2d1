import ForensicCore
import ImageCodecs

/// Examines pictures of our own before the doors shut, so that whatever the libraries open, map
/// or allocate on first use (numeric kernels, locale, tables) is there, and so that the first
/// exhibit is not slower than the others.
enum WarmUp {
  static func run(_ examiner: Examiner) {
    let pixels = pattern(width: 512, height: 384)
    let encoded = [
      try? ImageEncoder.jpeg(pixels, quality: 85),
      try? ImageEncoder.jpeg(pixels, quality: 60, progressive: true),
      try? ImageEncoder.png(pixels, level: 1),
      try? ImageEncoder.webp(pixels, quality: 80),
    ]
    for bytes in encoded.compactMap({ $0 }) {
      // Occlusion only repeats what the detectors did, many times over.
      bytes.withUnsafeBytes {
        _ = examiner.examine($0, name: FileName("warm-up"), without: [.occlusion])
      }
    }
  }

  /// Noise over a gradient: textured enough that no detector stops early.
  private static func pattern(width: Int, height: Int) -> PixelBuffer {
    var state: UInt32 = 1
    var samples = [UInt8]()
    samples.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        state = state &* 1_664_525 &+ 1_013_904_223
        let noise = Int(state >> 27)
        samples.append(UInt8(x * 200 / width + noise))
        samples.append(UInt8(y * 200 / height + noise))
        samples.append(UInt8((x + y) * 100 / (width + height) + noise))
      }
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }
}
