import ImageCodecs

/// Alpha as Pillow multiplies it in before resizing and divides it out afterwards
/// (`libImaging/Convert.c`). The last channel is alpha.
enum AlphaChannel {
  static func multiplied(_ pixels: PixelBuffer) -> PixelBuffer {
    map(pixels) { value, alpha in
      let product = UInt32(value) * UInt32(alpha) + 128
      return UInt8(((product >> 8) + product) >> 8)
    }
  }

  static func divided(_ pixels: PixelBuffer) -> PixelBuffer {
    map(pixels) { value, alpha in
      alpha == 0 || alpha == 255
        ? value : UInt8(min(255, 255 * UInt32(value) / UInt32(alpha)))
    }
  }

  private static func map(
    _ pixels: PixelBuffer, _ body: (UInt8, UInt8) -> UInt8
  ) -> PixelBuffer {
    var result = pixels
    let channels = pixels.channels
    result.samples.withUnsafeMutableBufferPointer { samples in
      for pixel in stride(from: 0, to: samples.count, by: channels) {
        let alpha = samples[pixel + channels - 1]
        for channel in pixel..<pixel + channels - 1 {
          samples[channel] = body(samples[channel], alpha)
        }
      }
    }
    return result
  }
}

extension StoredImage {
  /// Pillow's `convert("RGB")`: alpha is dropped, gray repeated, 16-bit gray clipped at 255.
  package var convertedToRGB: PixelBuffer {
    if mode == .rgb { return pixels }
    let step = mode.samples
    let count = pixels.width * pixels.height
    let samples = [UInt8](unsafeUninitializedCapacity: count * 3) { out, initialised in
      pixels.samples.withUnsafeBufferPointer { from in
        for pixel in 0..<count {
          let place = pixel * step
          for channel in 0..<3 { out[pixel * 3 + channel] = colour(from, place, channel) }
        }
      }
      initialised = count * 3
    }
    return PixelBuffer(width: pixels.width, height: pixels.height, channels: 3, samples: samples)
  }

  @inline(__always)
  private func colour(
    _ samples: UnsafeBufferPointer<UInt8>, _ place: Int, _ channel: Int
  ) -> UInt8 {
    switch mode {
    case .bilevel, .gray, .grayAlpha: return samples[place]
    case .gray16: return samples[place + 1] == 0 ? samples[place] : 255
    case .rgb, .rgba: return samples[place + channel]
    case .palette: return palette[Int(samples[place]) * 3 + channel]
    case .cmyk:
      let light = 255 - UInt32(samples[place + 3])
      let product = UInt32(samples[place + channel]) * light + 128
      let ink = ((product >> 8) + product) >> 8
      return UInt8(light - min(light, ink))
    }
  }
}
