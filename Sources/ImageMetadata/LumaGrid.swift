/// A small grayscale picture for comparisons: a thumbnail, or a picture made small.
public struct LumaGrid: Hashable, Sendable {
  /// Columns, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// `height × width` values, row by row, 0…255.
  public let values: [Float]

  /// `nil` unless there are `width × height` values and at least one.
  public init?(width: Int, height: Int, values: [Float]) {
    guard width > 0, height > 0, values.count / width == height, values.count % width == 0 else {
      return nil
    }
    self.width = width
    self.height = height
    self.values = values
  }

  /// The luma (ITU-R BT.601) of 8-bit samples, interleaved as gray, gray-alpha, RGB or RGBA,
  /// averaged over boxes so that neither side is longer than `longestSide`.
  /// `nil` unless `samples` are `width × height × channels` values.
  public init?(
    width: Int, height: Int, channels: Int, samples: [UInt8], longestSide: Int = 160
  ) {
    guard width > 0, height > 0, (1...4).contains(channels), longestSide > 0,
      samples.count / channels / width == height, samples.count == width * height * channels
    else { return nil }
    let scale = max(1, (max(width, height) + longestSide - 1) / longestSide)
    let columns = max(1, width / scale)
    let rows = max(1, height / scale)
    var values = [Float](repeating: 0, count: columns * rows)
    samples.withUnsafeBufferPointer { samples in
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = 0
          for y in (row * scale)..<min(height, (row + 1) * scale) {
            for x in (column * scale)..<min(width, (column + 1) * scale) {
              let at = (y * width + x) * channels
              // Thousandths of the BT.601 weights keep the sum in integers, hence exact.
              sum +=
                channels < 3
                ? 1000 * Int(samples[at])
                : 299 * Int(samples[at]) + 587 * Int(samples[at + 1]) + 114 * Int(samples[at + 2])
            }
          }
          let area = min(scale, height - row * scale) * min(scale, width - column * scale)
          values[row * columns + column] = Float(sum) / Float(1000 * area)
        }
      }
    }
    self.init(width: columns, height: rows, values: values)
  }
}
