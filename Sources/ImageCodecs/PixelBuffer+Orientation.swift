extension PixelBuffer {
  /// The picture turned and mirrored as an EXIF orientation asks (CIPA DC-008, tag 0x0112): 1…8;
  /// any other value leaves it as it is.
  public func oriented(exif orientation: Int) -> PixelBuffer {
    guard (2...8).contains(orientation) else { return self }
    let turned = orientation >= 5
    let newWidth = turned ? height : width
    let newHeight = turned ? width : height
    let right = channels
    let down = width * channels
    let lastColumn = (width - 1) * channels
    let lastRow = (height - 1) * down
    // Where the new first pixel lies, and how far the next one in its row and in its column is.
    let (origin, alongRow, alongColumn) =
      switch orientation {
      case 2: (lastColumn, -right, down)
      case 3: (lastColumn + lastRow, -right, -down)
      case 4: (lastRow, right, -down)
      case 5: (0, down, right)
      case 6: (lastRow, -down, right)
      case 7: (lastColumn + lastRow, -down, -right)
      default: (lastColumn, down, -right)
      }
    let channels = channels
    let result = [UInt8](unsafeUninitializedCapacity: samples.count) { out, initialized in
      samples.withUnsafeBufferPointer { input in
        var target = 0
        for y in 0..<newHeight {
          var source = origin + y * alongColumn
          for _ in 0..<newWidth {
            for channel in 0..<channels { out[target + channel] = input[source + channel] }
            target += channels
            source += alongRow
          }
        }
      }
      initialized = samples.count
    }
    return PixelBuffer(width: newWidth, height: newHeight, channels: channels, samples: result)
  }
}
