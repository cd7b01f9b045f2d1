import CKernels

/// Small pictures for reports. Not for detectors, whose resampling must match their training.
public enum ImageScaler {
  /// The picture with its longer side at most `maxSide`, every sample the mean of the area it
  /// covers. Pictures that are small enough come back as they are.
  /// - Precondition: `maxSide` is positive; sides up to 65535.
  public static func areaAverage(_ pixels: PixelBuffer, maxSide: Int) -> PixelBuffer {
    precondition(maxSide > 0 && max(pixels.width, pixels.height) <= 65535)
    let longer = max(pixels.width, pixels.height)
    guard longer > maxSide else { return pixels }
    let width = max(1, (pixels.width * maxSide + longer / 2) / longer)
    let height = max(1, (pixels.height * maxSide + longer / 2) / longer)
    let count = width * height * pixels.channels
    var scratch = [UInt32](repeating: 0, count: pixels.width * pixels.channels)
    let samples = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      pixels.samples.withUnsafeBufferPointer { input in
        fk_scale_area(
          input.baseAddress, UInt32(pixels.width), UInt32(pixels.height), UInt32(pixels.channels),
          out.baseAddress, UInt32(width), UInt32(height), &scratch)
      }
      initialized = count
    }
    return PixelBuffer(width: width, height: height, channels: pixels.channels, samples: samples)
  }
}
