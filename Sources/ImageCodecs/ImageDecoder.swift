import ForensicCore

/// Bytes of a picture file → pixels, within limits.
public enum ImageDecoder {
  /// The format that the first bytes announce, whatever the file's name says; `nil` for any other.
  public static func sniff(_ bytes: UnsafeRawBufferPointer) -> ImageFormat? {
    let reader = ByteReader(bytes)
    if reader.u8(0) == 0xFF, reader.u8(1) == 0xD8 {
      // A third byte other than 0xFF is damage that decoders step over, if a frame follows.
      if reader.u8(2) == 0xFF || (try? JPEGFrameHeader.read(bytes)) != nil { return .jpeg }
    }
    if reader.u8(0) == 0x89, reader.holds("PNG\r\n\u{1A}\n", at: 1) { return .png }
    if reader.holds("RIFF", at: 0), reader.holds("WEBP", at: 8) { return .webp }
    return nil
  }

  /// Decodes a JPEG, PNG or WebP file.
  ///
  /// A damaged file is decoded as far as it goes, and the damage is a finding.
  /// - Throws: `format.unknown`, `format.malformed` (nothing of the picture could be read),
  ///   `format.unsupported` (12-bit, lossless, hierarchical JPEG), `limit.dimension`,
  ///   `limit.pixels`, `limit.ancillary`, `limit.expansion`, `limit.scans`, `limit.memory`.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> DecodedImage {
    switch sniff(bytes) {
    case .jpeg: return try JPEGDecoder.decode(bytes, limits: limits, scale: .full)
    case .png: return try PNGDecoder.decode(bytes, limits: limits)
    case .webp: return try WebPDecoder.decode(bytes, limits: limits)
    case nil: throw unknown(bytes)
    }
  }

  /// The same over an array.
  public static func decode(
    _ bytes: [UInt8], limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> DecodedImage {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ExaminationFailure) in try decode(raw, limits: limits) }
    }
    return try result.get()
  }

  /// Decodes a JPEG, PNG or WebP file to the samples and the mode that it stores, for
  /// preprocessing that has to follow other libraries to the bit.
  ///
  /// A damaged file is decoded as far as it goes. Errors as for `decode`.
  public static func decodeStored(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> StoredImage {
    switch sniff(bytes) {
    case .jpeg: return try JPEGDecoder.stored(bytes, limits: limits)
    case .png: return try PNGDecoder.stored(bytes, limits: limits)
    case .webp: return try WebPDecoder.stored(bytes, limits: limits)
    case nil: throw unknown(bytes)
    }
  }

  /// The same over an array.
  public static func decodeStored(
    _ bytes: [UInt8], limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> StoredImage {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ExaminationFailure) in try decodeStored(raw, limits: limits) }
    }
    return try result.get()
  }

  /// How much smaller than stored a JPEG is decoded.
  public enum JPEGScale: Int, Sendable, CaseIterable {
    case full = 1
    case half = 2
    case quarter = 4
    case eighth = 8
  }

  /// Decodes a JPEG at a fraction of its size, by inverse transforms of fewer coefficients: a
  /// quick preview. Sides are rounded up. Errors as for `decode`.
  public static func decodeJPEG(
    _ bytes: UnsafeRawBufferPointer, scale: JPEGScale, limits: DecodeLimits = .standard
  ) throws(ExaminationFailure) -> DecodedImage {
    guard sniff(bytes) == .jpeg else { throw unknown(bytes) }
    return try JPEGDecoder.decode(bytes, limits: limits, scale: scale)
  }

  private static func unknown(_ bytes: UnsafeRawBufferPointer) -> ExaminationFailure {
    guard !bytes.isEmpty else {
      return ExaminationFailure(
        code: "format.unknown", message: "The file is empty.",
        mend: "Ask for the file again from where it came: nothing of it arrived.")
    }
    let start = ByteReader(bytes).ascii(0..<12)
    return ExaminationFailure(
      code: "format.unknown",
      message: "The file is neither JPEG, PNG nor WebP; it begins with the bytes “\(start)”.",
      mend: "Convert the picture to JPEG, PNG or WebP, and keep the original as evidence.")
  }
}
