import ImageCodecs

/// Pictures made here: a gradient with seeded noise, different for every seed.
enum TestPicture {
  static func pixels(seed: Int, width: Int = 320, height: Int = 288) -> PixelBuffer {
    var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    var samples = [UInt8]()
    samples.reserveCapacity(width * height * 3)
    for row in 0..<height {
      for column in 0..<width {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let noise = Int(state & 31)
        samples.append(UInt8((row * 180 / height + noise) & 255))
        samples.append(UInt8((column * 180 / width + noise) & 255))
        samples.append(UInt8(((row + column) / 4 + seed * 7 + noise) & 255))
      }
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }

  static func jpeg(seed: Int, quality: Int = 90) throws -> [UInt8] {
    try ImageEncoder.jpeg(pixels(seed: seed), quality: quality, subsampling: .s420)
  }
}
