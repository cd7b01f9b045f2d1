import CImageCodecs
import ForensicCore

enum JPEGDecoder {
  private static let method = "JPEG decoding (ITU-T T.81) with libjpeg-turbo"

  static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits, scale: ImageDecoder.JPEGScale
  ) throws(ExaminationFailure) -> DecodedImage {
    let header = try JPEGFrameHeader.read(bytes)
    let outcome = try run(bytes, header, limits: limits, scale: scale, channels: 3)
    var findings = outcome.damage(method: method)
    if outcome.raw.status == IC_DONE, outcome.raw.consumed > 0 {
      findings += DecodeFindings.trailing(
        ByteReader(bytes), from: outcome.raw.consumed, pictures: MultiPicture.places(bytes),
        method: method)
    }
    if header.profileBytes > 0 {
      findings.append(
        DecodeFindings.profile(bytes: header.profileBytes, name: nil, method: method))
    }
    let info = ImageInfo(
      format: .jpeg, width: header.width, height: header.height, bitDepth: header.precision,
      colorModel: header.colorModel, progressive: header.progressive)
    return DecodedImage(
      pixels: outcome.pixels, info: info, findings: findings,
      soundRows: Int(outcome.raw.sound_rows))
  }

  static func stored(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits
  ) throws(ExaminationFailure) -> StoredImage {
    let header = try JPEGFrameHeader.read(bytes)
    let channels = header.components.count
    let outcome = try run(bytes, header, limits: limits, scale: .full, channels: channels)
    let mode: StoredImage.Mode = channels == 1 ? .gray : channels == 3 ? .rgb : .cmyk
    return StoredImage(mode: mode, pixels: outcome.pixels)
  }

  private static func run(
    _ bytes: UnsafeRawBufferPointer, _ header: JPEGFrameHeader, limits: DecodeLimits,
    scale: ImageDecoder.JPEGScale, channels: Int
  ) throws(ExaminationFailure) -> DecodeOutcome {
    try check(header, fileBytes: bytes.count, limits: limits)
    let divisor = scale.rawValue
    let width = (header.width + divisor - 1) / divisor
    let height = (header.height + divisor - 1) / divisor
    try limits.check(memory: width * height * channels)
    var request = ic_jpeg_request()
    request.width = UInt32(header.width)
    request.height = UInt32(header.height)
    request.scale = UInt32(divisor)
    request.max_scans = UInt32(clamping: limits.maxScans)
    request.max_memory = max(1 << 20, limits.maxMemory - width * height * channels)
    request.channels = UInt32(channels)
    return try DecodeOutcome.run(width: width, height: height, channels: channels) { out, raw in
      ic_jpeg_decode(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &request, out, &raw)
    }
  }

  /// Refuses what libjpeg shall not see.
  static func check(
    _ header: JPEGFrameHeader, fileBytes: Int, limits: DecodeLimits
  ) throws(ExaminationFailure) {
    let supported = [0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(header.marker)
    if !supported || header.precision == 12 || header.precision == 16 {
      let process =
        supported ? "\(header.precision)-bit samples" : "a lossless or hierarchical mode"
      throw ExaminationFailure(
        code: "format.unsupported",
        message: "The JPEG uses \(process) (SOF\(Int(header.marker) - 0xC0)), not decoded here.",
        mend: "Convert the picture to an 8-bit JPEG or a PNG, and keep the original as evidence.")
    }
    guard header.precision == 8, header.width > 0, header.height > 0,
      [1, 3, 4].contains(header.components.count),
      header.components.allSatisfy({
        (1...4).contains($0.horizontalSampling) && (1...4).contains($0.verticalSampling)
      })
    else {
      throw ExaminationFailure(
        code: "format.malformed",
        message: "The JPEG frame header states \(header.width) × \(header.height) pixels in "
          + "\(header.components.count) components of \(header.precision) bits, "
          + "which no JPEG can be.",
        mend: "The file is damaged; ask for it again from where it came.")
    }
    try limits.check(width: header.width, height: header.height, fileBytes: fileBytes)
    try limits.check(ancillary: header.ancillaryBytes)
    if header.progressive {
      // All coefficients are held at once: 2 bytes each.
      let tallest = header.components.map(\.verticalSampling).max() ?? 1
      let widest = header.components.map(\.horizontalSampling).max() ?? 1
      let units = header.components.reduce(0) {
        $0 + $1.horizontalSampling * $1.verticalSampling
      }
      let coefficients = header.width * header.height * units / (tallest * widest)
      try limits.check(memory: header.width * header.height * 3 + coefficients * 2)
    }
  }
}
