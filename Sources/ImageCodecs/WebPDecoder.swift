import CImageCodecs
import ForensicCore

enum WebPDecoder {
  private static let method = "WebP decoding (RFC 9649) with libwebp"

  static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits
  ) throws(ExaminationFailure) -> DecodedImage {
    let reader = ByteReader(bytes)
    let chunks = try WebPChunks.read(reader, limits: limits)
    try limits.check(width: chunks.width, height: chunks.height, fileBytes: bytes.count)
    if chunks.alpha || chunks.lossless {
      // A second plane set of 4 bytes a pixel, inside the decoder or for the compositing.
      try limits.check(memory: chunks.width * chunks.height * (chunks.alpha ? 11 : 7))
    }
    let outcome = try DecodeOutcome.run(width: chunks.width, height: chunks.height) { out, raw in
      ic_webp_decode(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
        UInt32(chunks.width), UInt32(chunks.height), chunks.animated, 3, out, &raw)
    }
    let info = ImageInfo(
      format: .webp, width: chunks.width, height: chunks.height,
      colorModel: chunks.lossless ? (chunks.alpha ? "rgba" : "rgb") : "ycbcr",
      frames: max(1, chunks.frames))
    var findings = outcome.damage(method: method)
    if findings.isEmpty, chunks.truncated {
      findings.append(
        Finding(
          code: "decode.truncated", method: method,
          summary: "The file states more bytes than it has; the first picture is whole.",
          weight: .damage))
    }
    if chunks.alpha {
      findings.append(
        DecodeFindings.alpha(
          translucent: Int(outcome.raw.translucent), pixels: chunks.width * chunks.height,
          method: method))
    }
    if chunks.frames > 1 {
      findings.append(DecodeFindings.frames(chunks.frames, method: method))
    }
    if chunks.profileBytes > 0 {
      findings.append(
        DecodeFindings.profile(bytes: chunks.profileBytes, name: nil, method: method))
    }
    findings += DecodeFindings.trailing(reader, from: chunks.end, method: method)
    return DecodedImage(
      pixels: outcome.pixels, info: info, findings: findings,
      soundRows: Int(outcome.raw.sound_rows))
  }

  static func stored(
    _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits
  ) throws(ExaminationFailure) -> StoredImage {
    let chunks = try WebPChunks.read(ByteReader(bytes), limits: limits)
    try limits.check(width: chunks.width, height: chunks.height, fileBytes: bytes.count)
    let channels = chunks.alpha ? 4 : 3
    try limits.check(memory: chunks.width * chunks.height * (4 + channels))
    let outcome = try DecodeOutcome.run(
      width: chunks.width, height: chunks.height, channels: channels
    ) { out, raw in
      ic_webp_decode(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
        UInt32(chunks.width), UInt32(chunks.height), chunks.animated, UInt32(channels), out, &raw)
    }
    return StoredImage(mode: chunks.alpha ? .rgba : .rgb, pixels: outcome.pixels)
  }
}
