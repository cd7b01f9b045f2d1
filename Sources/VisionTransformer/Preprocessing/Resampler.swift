import CTransformerKernels
import ImageCodecs

/// A rectangle of pixels.
package struct PixelWindow: Hashable, Sendable {
  package var x: Range<Int>
  package var y: Range<Int>

  package init(x: Range<Int>, y: Range<Int>) {
    self.x = x
    self.y = y
  }
}

/// Resizing as Pillow 12 does it, to the bit: the horizontal pass first, bytes between the passes,
/// passes that change no size left out, alpha premultiplied, palettes and bilevel pictures by the
/// nearest neighbour.
///
/// Only the wanted window is computed, so a strip a million times as long as wide takes no more
/// memory than a square.
package enum Resampler {
  /// - Parameters:
  ///   - width, height: the size of the whole result, at least 1.
  ///   - window: the part of the result that is returned; `nil` for all.
  package static func resize(
    _ image: StoredImage, width: Int, height: Int, window: PixelWindow? = nil,
    filter: PreprocessingRecipe.Interpolation
  ) -> StoredImage {
    let window = window ?? PixelWindow(x: 0..<width, y: 0..<height)
    let pixels = image.pixels
    let result: PixelBuffer
    if pixels.width == width, pixels.height == height {
      result = pixels.cropped(
        x: window.x.lowerBound, y: window.y.lowerBound, width: window.x.count,
        height: window.y.count)
    } else {
      switch image.mode {
      case _ where filter == .nearest, .bilevel, .palette:
        result = nearest(pixels, width: width, height: height, window)
      case .gray16:
        result = filtered16(pixels, width: width, height: height, window, filter)
      case .grayAlpha, .rgba:
        result = AlphaChannel.divided(
          filtered(
            AlphaChannel.multiplied(pixels), width: width, height: height, window, filter))
      case .gray, .rgb, .cmyk:
        result = filtered(pixels, width: width, height: height, window, filter)
      }
    }
    return StoredImage(mode: image.mode, pixels: result, palette: image.palette)
  }

  private static func filtered(
    _ pixels: PixelBuffer, width: Int, height: Int, _ window: PixelWindow,
    _ filter: PreprocessingRecipe.Interpolation
  ) -> PixelBuffer {
    let channels = pixels.channels
    let across = ResampleKernel(
      input: pixels.width, output: width, window: window.x, filter: filter)
    let down = ResampleKernel(
      input: pixels.height, output: height, window: window.y, filter: filter)
    let rows = height == pixels.height ? window.y : down.span
    let columns = window.x.count
    let stride = pixels.width * channels
    // What the vertical pass reads, and where row `rows.lowerBound` begins in it.
    var middle: [UInt8]
    if width == pixels.width {
      middle =
        pixels.cropped(
          x: window.x.lowerBound, y: rows.lowerBound, width: columns, height: rows.count
        ).samples
    } else {
      let weights = across.fixed
      let span = across.span
      var scratch = [UInt8](repeating: 0, count: 16 * channels * span.count)
      middle = [UInt8](repeating: 0, count: rows.count * columns * channels)
      pixels.samples.withUnsafeBufferPointer { samples in
        ct_resample_columns(
          samples.baseAddress.map { $0 + rows.lowerBound * stride }, stride, rows.count, channels,
          span.lowerBound, span.upperBound, across.taps, weights, across.size, columns, &middle,
          &scratch)
      }
    }
    guard height != pixels.height else {
      return PixelBuffer(width: columns, height: rows.count, channels: channels, samples: middle)
    }
    let bytes = columns * channels
    let weights = down.fixed
    var result = [UInt8](repeating: 0, count: window.y.count * bytes)
    result.withUnsafeMutableBufferPointer { result in
      middle.withUnsafeBufferPointer { middle in
        weights.withUnsafeBufferPointer { weights in
          guard let out = result.baseAddress, let from = middle.baseAddress,
            let weight = weights.baseAddress
          else { return }
          for (row, taps) in down.taps.enumerated() {
            ct_resample_row(
              from + (Int(taps.first) - rows.lowerBound) * bytes, bytes, bytes,
              weight + row * down.size, Int(taps.count), out + row * bytes)
          }
        }
      }
    }
    return PixelBuffer(
      width: columns, height: window.y.count, channels: channels, samples: result)
  }

  /// 16-bit samples are summed in double precision and clipped between the passes, as from Pillow
  /// 12.3 on; before, the low byte of a sum that was too high stayed.
  private static func filtered16(
    _ pixels: PixelBuffer, width: Int, height: Int, _ window: PixelWindow,
    _ filter: PreprocessingRecipe.Interpolation
  ) -> PixelBuffer {
    func rounded(_ sum: Double) -> Int {
      min(max(Int(sum >= 0 ? sum + 0.5 : sum - 0.5), 0), 65_535)
    }
    func pass(
      _ kernel: ResampleKernel, _ index: Int, _ value: (Int) -> Int
    ) -> Int {
      let taps = kernel.taps[index]
      var sum = 0.0
      for tap in 0..<Int(taps.count) {
        sum += Double(value(Int(taps.first) + tap)) * kernel.weights[index * kernel.size + tap]
      }
      return rounded(sum)
    }
    let across = ResampleKernel(
      input: pixels.width, output: width, window: window.x, filter: filter)
    let down = ResampleKernel(
      input: pixels.height, output: height, window: window.y, filter: filter)
    let rows = height == pixels.height ? window.y : down.span
    let columns = window.x.count
    var middle: [Int] = []
    for row in rows {
      func value(_ column: Int) -> Int {
        let place = (row * pixels.width + column) * 2
        return Int(pixels.samples[place]) | Int(pixels.samples[place + 1]) << 8
      }
      for column in 0..<columns {
        middle.append(
          width == pixels.width
            ? value(window.x.lowerBound + column) : pass(across, column, value))
      }
    }
    var result: [UInt8] = []
    for row in 0..<window.y.count {
      for column in 0..<columns {
        let value =
          height == pixels.height
          ? middle[row * columns + column]
          : pass(down, row) { middle[($0 - rows.lowerBound) * columns + column] }
        result += [UInt8(value & 255), UInt8(value >> 8)]
      }
    }
    return PixelBuffer(width: columns, height: window.y.count, channels: 2, samples: result)
  }

  private static func nearest(
    _ pixels: PixelBuffer, width: Int, height: Int, _ window: PixelWindow
  ) -> PixelBuffer {
    // Positions are added up, as in Pillow, with the rounding errors of that.
    func sources(_ input: Int, _ output: Int, _ window: Range<Int>) -> [Int] {
      let step = Double(input) / Double(output)
      var position = step * 0.5
      var sources: [Int] = []
      for sample in 0..<window.upperBound {
        if sample >= window.lowerBound { sources.append(min(Int(position), input - 1)) }
        position += step
      }
      return sources
    }
    let columns = sources(pixels.width, width, window.x)
    let channels = pixels.channels
    var result: [UInt8] = []
    result.reserveCapacity(window.y.count * columns.count * channels)
    for row in sources(pixels.height, height, window.y) {
      for column in columns {
        let place = (row * pixels.width + column) * channels
        for channel in 0..<channels { result.append(pixels.samples[place + channel]) }
      }
    }
    return PixelBuffer(
      width: columns.count, height: window.y.count, channels: channels, samples: result)
  }
}
