import CImageCodecs
import ForensicCore

/// The quantised DCT coefficients of a JPEG's first component, as the file holds them: nothing is
/// transformed, rounded or clipped on the way.
public struct JPEGCoefficients: Hashable, Sendable {
  /// Blocks of 8 × 8 pixels across and down; the last ones may reach beyond the picture.
  public let columns: Int
  public let rows: Int
  /// The 64 quantisation steps, row by row.
  public let steps: [Int]
  /// `columns × rows` blocks of 64, blocks row by row, each row by row (natural order).
  public let values: [Int16]

  /// - Precondition: 64 steps and `columns × rows × 64` values.
  public init(columns: Int, rows: Int, steps: [Int], values: [Int16]) {
    precondition(columns > 0 && rows > 0 && steps.count == 64)
    precondition(values.count == columns * rows * 64)
    self.columns = columns
    self.rows = rows
    self.steps = steps
    self.values = values
  }

  public var blockCount: Int { columns * rows }
}

extension JPEGCoefficients {
  /// Reads the coefficients with libjpeg, within the same limits as decoding.
  ///
  /// - Throws: as `ImageDecoder.decode`; also `format.unsupported` where the first component is
  ///   not brightness at full resolution (CMYK, unusual sampling), and `format.malformed` where a
  ///   quantisation step is zero.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> JPEGCoefficients {
    let header = try JPEGFrameHeader.read(bytes)
    try JPEGDecoder.check(header, fileBytes: bytes.count, limits: limits)
    let widest = header.components.map(\.horizontalSampling).max() ?? 1
    let tallest = header.components.map(\.verticalSampling).max() ?? 1
    guard header.components.count != 4, header.components[0].horizontalSampling == widest,
      header.components[0].verticalSampling == tallest
    else {
      throw ExaminationFailure(
        code: "format.unsupported",
        message: "The JPEG's first component is not brightness at full resolution.")
    }
    let columns = (header.width + 7) / 8
    let rows = (header.height + 7) / 8
    let own = columns * rows * 128
    // libjpeg holds every component's, ours are a copy: two bytes each, full resolution at most.
    try limits.check(memory: own * (1 + header.components.count))
    var request = ic_jpeg_request()
    request.width = UInt32(header.width)
    request.height = UInt32(header.height)
    request.scale = 1
    request.max_scans = UInt32(clamping: limits.maxScans)
    request.max_memory = max(1 << 20, limits.maxMemory - own)
    var plane = ic_jpeg_plane()
    plane.columns = UInt32(columns)
    plane.rows = UInt32(rows)
    var raw = ic_outcome()
    let values = [Int16](unsafeUninitializedCapacity: columns * rows * 64) { buffer, count in
      plane.values = buffer.baseAddress
      ic_jpeg_coefficients(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &request, &plane,
        &raw)
      count = raw.status == IC_DONE ? columns * rows * 64 : 0
    }
    guard raw.status == IC_DONE else { throw DecodeOutcome.failure(of: raw) }
    let steps = withUnsafeBytes(of: plane.steps) { $0.bindMemory(to: UInt16.self).map(Int.init) }
    guard !steps.contains(0) else {
      throw ExaminationFailure(
        code: "format.malformed", message: "A quantisation step of the JPEG is zero.")
    }
    return JPEGCoefficients(columns: columns, rows: rows, steps: steps, values: values)
  }

  /// The same over an array.
  public static func read(
    _ bytes: [UInt8], limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> JPEGCoefficients {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ExaminationFailure) in try read(raw, limits: limits) }
    }
    return try result.get()
  }
}
