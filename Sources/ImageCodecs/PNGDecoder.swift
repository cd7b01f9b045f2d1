import CImageCodecs
import ForensicCore

enum PNGDecoder {
  private static let method = "PNG decoding (ISO/IEC 15948) with libpng"

  static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits
  ) throws(ExaminationFailure) -> DecodedImage {
    let reader = ByteReader(bytes)
    let chunks = try PNGChunks.read(reader, limits: limits)
    try limits.check(width: chunks.width, height: chunks.height, fileBytes: bytes.count)
    let alpha = chunks.colorType == 4 || chunks.colorType == 6 || chunks.transparencyChunk
    if alpha, chunks.interlaced {
      try limits.check(memory: chunks.width * chunks.height * 7)
    }
    let outcome = try DecodeOutcome.run(width: chunks.width, height: chunks.height) { out, raw in
      chunks.spans.withUnsafeBufferPointer { spans in
        var request = ic_png_request()
        request.data = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        request.spans = spans.baseAddress
        request.span_count = spans.count
        request.width = UInt32(chunks.width)
        request.height = UInt32(chunks.height)
        ic_png_decode(&request, out, &raw)
      }
    }
    let info = ImageInfo(
      format: .png, width: chunks.width, height: chunks.height, bitDepth: chunks.bitDepth,
      colorModel: colorModel(chunks.colorType), progressive: chunks.interlaced,
      frames: chunks.frames)
    var findings = outcome.damage(method: method) + structure(chunks, reader)
    if alpha {
      findings.append(
        DecodeFindings.alpha(
          translucent: Int(outcome.raw.translucent), pixels: chunks.width * chunks.height,
          method: method))
    }
    return DecodedImage(
      pixels: outcome.pixels, info: info, findings: findings,
      soundRows: Int(outcome.raw.sound_rows))
  }

  static func stored(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits
  ) throws(ExaminationFailure) -> StoredImage {
    let reader = ByteReader(bytes)
    let chunks = try PNGChunks.read(reader, limits: limits)
    try limits.check(width: chunks.width, height: chunks.height, fileBytes: bytes.count)
    let mode: StoredImage.Mode =
      switch (chunks.colorType, chunks.bitDepth) {
      case (0, 1): .bilevel
      case (0, 16): .gray16
      case (0, _): .gray
      case (3, _): .palette
      case (4, _): .grayAlpha
      case (6, _): .rgba
      default: .rgb
      }
    try limits.check(memory: chunks.width * chunks.height * mode.samples)
    // Entries that a palette lacks are a ramp of grays, as in Pillow.
    var palette = (0..<768).map { UInt8($0 / 3) }
    // Transparency is not applied, so the decoder is not shown it.
    let shown = chunks.spans.filter { reader.ascii(($0.offset + 4)..<($0.offset + 8)) != "tRNS" }
    let outcome = try DecodeOutcome.run(
      width: chunks.width, height: chunks.height, channels: mode.samples
    ) { out, raw in
      shown.withUnsafeBufferPointer { spans in
        palette.withUnsafeMutableBufferPointer { palette in
          var request = ic_png_request()
          request.data = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
          request.spans = spans.baseAddress
          request.span_count = spans.count
          request.width = UInt32(chunks.width)
          request.height = UInt32(chunks.height)
          request.stored_channels = UInt32(mode.samples)
          request.palette = palette.baseAddress
          ic_png_decode(&request, out, &raw)
        }
      }
    }
    return StoredImage(
      mode: mode, pixels: outcome.pixels, palette: mode == .palette ? palette : [])
  }

  private static func structure(_ chunks: PNGChunks, _ reader: ByteReader) -> [Finding] {
    var findings = [Finding]()
    if !chunks.badAncillary.isEmpty {
      let names = chunks.badAncillary.joined(separator: ", ")
      findings.append(
        Finding(
          code: "decode.checksum", method: "CRC-32 of every PNG chunk (ISO/IEC 15948, 5.5)",
          summary: "The checksum of \(names) does not match: the chunk was damaged, or changed "
            + "by a program that did not mend the checksum.",
          weight: .damage, result: ["chunks": names]))
    }
    if chunks.frames > 1 {
      findings.append(DecodeFindings.frames(chunks.frames, method: method))
    }
    if chunks.profileBytes > 0 {
      findings.append(
        DecodeFindings.profile(
          bytes: chunks.profileBytes, name: chunks.profileName, method: method))
    }
    if let broken = chunks.brokenAt {
      findings.append(
        Finding(
          code: "decode.damaged", method: method,
          summary: "The structure of the file breaks at byte \(broken): no chunk begins there.",
          weight: .damage, result: ["offset": String(broken)]))
    }
    if let end = chunks.end {
      findings += DecodeFindings.trailing(reader, from: end, method: method)
    }
    return findings
  }

  private static func colorModel(_ type: Int) -> String {
    switch type {
    case 0: "grayscale"
    case 2: "rgb"
    case 3: "palette"
    case 4: "grayscale-alpha"
    case 6: "rgba"
    default: "type \(type)"
    }
  }
}
