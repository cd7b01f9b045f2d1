import CImageCodecs
import ForensicCore

/// Pixels → bytes of a picture file: for training chains, and for the pictures in reports.
public enum ImageEncoder {
  /// How many luma samples share one chroma sample.
  public enum Subsampling: String, Sendable, CaseIterable {
    case s444, s422, s420

    fileprivate var factors: (horizontal: Int32, vertical: Int32) {
      switch self {
      case .s444: (1, 1)
      case .s422: (2, 1)
      case .s420: (2, 2)
      }
    }
  }

  /// A JPEG with the standard tables at `quality` 1…100, clamped to baseline, as `cjpeg -baseline`
  /// and Pillow write them. Takes 1 (gray) or 3 (RGB) channels.
  /// - Throws: `encode.unsupported` for other channels, `encode.failed`.
  public static func jpeg(
    _ pixels: PixelBuffer, quality: Int, subsampling: Subsampling = .s420,
    progressive: Bool = false, restartInterval: Int = 0
  ) throws(ExaminationFailure) -> [UInt8] {
    guard pixels.channels == 1 || pixels.channels == 3 else { throw unsupported(pixels, "JPEG") }
    var settings = ic_jpeg_settings()
    settings.width = UInt32(pixels.width)
    settings.height = UInt32(pixels.height)
    settings.channels = UInt32(pixels.channels)
    settings.quality = Int32(min(max(quality, 1), 100))
    (settings.horizontal, settings.vertical) = subsampling.factors
    settings.progressive = progressive
    settings.restart_interval = UInt32(clamping: restartInterval)
    var size = 0
    var raw = ic_outcome()
    let buffer = pixels.samples.withUnsafeBufferPointer {
      ic_jpeg_encode($0.baseAddress, &settings, &size, &raw)
    }
    guard let buffer else { throw failed("JPEG", raw) }
    defer { ic_free(buffer) }
    return Array(UnsafeBufferPointer(start: buffer, count: size))
  }

  /// A PNG of 1 to 4 channels (gray, gray and alpha, RGB, RGBA). `level` is zlib's, 0…9.
  /// - Throws: `encode.failed`.
  public static func png(
    _ pixels: PixelBuffer, level: Int = 6
  ) throws(ExaminationFailure) -> [UInt8] {
    var size = 0
    var raw = ic_outcome()
    let buffer = pixels.samples.withUnsafeBufferPointer {
      ic_png_encode(
        $0.baseAddress, UInt32(pixels.width), UInt32(pixels.height), UInt32(pixels.channels),
        Int32(min(max(level, 0), 9)), &size, &raw)
    }
    guard let buffer else { throw failed("PNG", raw) }
    defer { ic_free(buffer) }
    return Array(UnsafeBufferPointer(start: buffer, count: size))
  }

  /// A WebP of 1 (gray, replicated) or 3 (RGB) channels: lossy at `quality` 0…100, lossless where
  /// it is `nil`. Sides up to 16383.
  /// - Throws: `encode.unsupported` for other channels, `encode.failed`.
  public static func webp(
    _ pixels: PixelBuffer, quality: Float?
  ) throws(ExaminationFailure) -> [UInt8] {
    guard pixels.channels == 1 || pixels.channels == 3 else { throw unsupported(pixels, "WebP") }
    let rgb = pixels.channels == 3 ? pixels.samples : pixels.samples.flatMap { [$0, $0, $0] }
    var size = 0
    let buffer = rgb.withUnsafeBufferPointer {
      ic_webp_encode(
        $0.baseAddress, UInt32(pixels.width), UInt32(pixels.height),
        quality.map { min(max($0, 0), 100) } ?? -1, &size)
    }
    guard let buffer else { throw failed("WebP", ic_outcome()) }
    defer { ic_webp_free(buffer) }
    return Array(UnsafeBufferPointer(start: buffer, count: size))
  }

  private static func unsupported(_ pixels: PixelBuffer, _ format: String) -> ExaminationFailure {
    ExaminationFailure(
      code: "encode.unsupported",
      message: "\(format) is written from 1 or 3 channels, not from \(pixels.channels).")
  }

  private static func failed(_ format: String, _ raw: ic_outcome) -> ExaminationFailure {
    let words = withUnsafePointer(to: raw) { String(cString: ic_outcome_message($0)) }
    return ExaminationFailure(
      code: "encode.failed",
      message: "The picture could not be written as \(format)"
        + (words.isEmpty ? "." : " (\(words))."))
  }
}
