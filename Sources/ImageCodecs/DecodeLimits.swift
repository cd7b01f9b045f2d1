import ForensicCore

/// What a file may ask of a decoder. Every limit is checked against the file's own headers, read
/// by a parser of ours, before memory is taken for pixels and before a codec library runs.
public struct DecodeLimits: Hashable, Sendable {
  /// Columns times rows.
  public var maxPixels: Int
  /// Columns, and rows. The JPEG library itself stops at 65500.
  public var maxDimension: Int
  /// Bytes that carry no pixels (metadata, profiles, comments) in the whole file.
  public var maxAncillaryBytes: Int
  /// Bytes of one PNG or WebP chunk that carries no pixels.
  public var maxAncillaryChunk: Int
  /// Decoded bytes for each byte of the file, once `expansionFloor` is exceeded.
  public var maxExpansion: Int
  /// Decoded bytes that any file may have, however small it is.
  public var expansionFloor: Int
  /// Scans of a JPEG: each is a pass over the whole picture, and may take only a few bytes.
  public var maxScans: Int
  /// Bytes for pixels and for what the codec library holds meanwhile.
  public var maxMemory: Int

  public init(
    maxPixels: Int, maxDimension: Int, maxAncillaryBytes: Int, maxAncillaryChunk: Int,
    maxExpansion: Int, expansionFloor: Int, maxScans: Int, maxMemory: Int
  ) {
    self.maxPixels = maxPixels
    self.maxDimension = maxDimension
    self.maxAncillaryBytes = maxAncillaryBytes
    self.maxAncillaryChunk = maxAncillaryChunk
    self.maxExpansion = maxExpansion
    self.expansionFloor = expansionFloor
    self.maxScans = maxScans
    self.maxMemory = maxMemory
  }

  /// 100 megapixels, sides up to 65500, 64 MiB of metadata (32 MiB a chunk), 2000-fold expansion
  /// above 48 MiB (deflate cannot exceed 1032-fold), 200 scans, 1 GiB.
  public static let standard = DecodeLimits(
    maxPixels: 100_000_000, maxDimension: 65_500, maxAncillaryBytes: 64 << 20,
    maxAncillaryChunk: 32 << 20, maxExpansion: 2000, expansionFloor: 48 << 20, maxScans: 200,
    maxMemory: 1 << 30)
}

extension DecodeLimits {
  /// Refuses a picture whose stated size breaks a limit.
  func check(width: Int, height: Int, fileBytes: Int) throws(ExaminationFailure) {
    if max(width, height) > maxDimension {
      throw ExaminationFailure(
        code: "limit.dimension",
        message: "The file states a picture of \(width) × \(height) pixels; "
          + "no side may exceed \(maxDimension).",
        mend: "Scale the picture down: no setting changes this limit.")
    }
    let (pixels, tooMany) = width.multipliedReportingOverflow(by: height)
    if tooMany || pixels > maxPixels {
      throw ExaminationFailure(
        code: "limit.pixels",
        message: "The file states a picture of \(width) × \(height) = \(pixels) pixels; "
          + "at most \(maxPixels) are examined.",
        mend: "Crop or scale the picture down: no setting changes this limit.")
    }
    let decoded = pixels * 3
    let (allowed, overflow) = fileBytes.multipliedReportingOverflow(by: maxExpansion)
    if decoded > expansionFloor, !overflow, decoded > allowed {
      throw ExaminationFailure(
        code: "limit.expansion",
        message: "The file of \(fileBytes) bytes states a picture of \(decoded) bytes, "
          + "\(decoded / max(fileBytes, 1)) times its size; at most \(maxExpansion) times is "
          + "allowed above \(expansionFloor) bytes.",
        mend: "Such a file is nearly empty or made to exhaust memory. "
          + "Save the picture again with another program if it is genuine.")
    }
    try check(memory: decoded)
  }

  /// Refuses a picture that needs more bytes while it is decoded than may be taken.
  func check(memory bytes: Int) throws(ExaminationFailure) {
    guard bytes > maxMemory else { return }
    throw ExaminationFailure(
      code: "limit.memory",
      message: "Decoding the picture takes \(bytes) bytes of memory; at most \(maxMemory) are "
        + "allowed.",
      mend: "Scale the picture down, or raise memory_limit under [examiner].")
  }

  /// Refuses a file with more bytes beside the pixels than allowed.
  func check(ancillary bytes: Int) throws(ExaminationFailure) {
    guard bytes > maxAncillaryBytes else { return }
    throw ExaminationFailure(
      code: "limit.ancillary",
      message: "The file carries \(bytes) bytes that are not pixels; at most "
        + "\(maxAncillaryBytes) are allowed.",
      mend: "Examine a copy without the embedded metadata: no setting changes this limit.")
  }

  /// Refuses a chunk without pixels that is larger than allowed.
  func check(chunk name: String, bytes: Int) throws(ExaminationFailure) {
    guard bytes > maxAncillaryChunk else { return }
    throw ExaminationFailure(
      code: "limit.ancillary",
      message: "The chunk \(name) is \(bytes) bytes long; a chunk without pixels may have at most "
        + "\(maxAncillaryChunk).",
      mend: "Examine a copy without the embedded metadata: no setting changes this limit.")
  }
}
