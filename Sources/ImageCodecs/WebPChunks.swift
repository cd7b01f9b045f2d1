import ForensicCore

/// The chunks of a WebP file (RFC 9649), walked without decoding anything.
struct WebPChunks {
  var width = 0
  var height = 0
  var alpha = false
  var lossless = false
  var animated = false
  var frames = 0
  var profileBytes = 0
  var ancillaryBytes = 0
  /// Just after the RIFF chunk as its header states it, cut to the file.
  var end = 0
  /// The RIFF header states more bytes than there are.
  var truncated = false

  /// - Throws: `format.malformed` without a picture header, `limit.ancillary`.
  static func read(
    _ reader: ByteReader, limits: DecodeLimits
  ) throws(ExaminationFailure) -> WebPChunks {
    var chunks = WebPChunks()
    let stated = (reader.little32(4) ?? 0) + 8
    let padded = stated + (stated & 1)
    chunks.truncated = stated > reader.count
    chunks.end = min(padded, reader.count)
    var offset = 12
    while offset + 8 <= chunks.end, let length = reader.little32(offset + 4) {
      let present = min(length, chunks.end - offset - 8)
      switch reader.ascii(offset..<(offset + 4)) {
      case "VP8X": chunks.readCanvas(reader, offset + 8)
      case "VP8 ": chunks.readLossy(reader, offset + 8)
      case "VP8L": chunks.readLossless(reader, offset + 8)
      case "ANIM": chunks.animated = true
      case "ANMF":
        chunks.animated = true
        chunks.frames += 1
      case "ALPH": chunks.alpha = true
      case let name:
        try limits.check(chunk: name, bytes: present)
        chunks.ancillaryBytes += present + 8
        try limits.check(ancillary: chunks.ancillaryBytes)
        if name == "ICCP" { chunks.profileBytes = length }
      }
      offset += 8 + length + (length & 1)
    }
    guard chunks.width > 0, chunks.height > 0 else {
      throw ExaminationFailure(
        code: "format.malformed", message: "The WebP file has no picture header.",
        mend: "The file is damaged; ask for it again from where it came.")
    }
    return chunks
  }

  private mutating func readCanvas(_ reader: ByteReader, _ start: Int) {
    guard width == 0, let flags = reader.u8(start), let columns = reader.little24(start + 4),
      let rows = reader.little24(start + 7)
    else { return }
    animated = flags & 0x02 != 0
    alpha = flags & 0x10 != 0
    width = columns + 1
    height = rows + 1
  }

  private mutating func readLossy(_ reader: ByteReader, _ start: Int) {
    // RFC 6386, 9.1: 3 bytes of frame tag, the start code, two 14-bit sides.
    guard width == 0, reader.u8(start + 3) == 0x9D, reader.u8(start + 4) == 0x01,
      reader.u8(start + 5) == 0x2A, let columns = reader.little16(start + 6),
      let rows = reader.little16(start + 8)
    else { return }
    width = columns & 0x3FFF
    height = rows & 0x3FFF
  }

  private mutating func readLossless(_ reader: ByteReader, _ start: Int) {
    lossless = true
    guard let bits = reader.little32(start + 1), reader.u8(start) == 0x2F else { return }
    guard width == 0 else { return }
    width = (bits & 0x3FFF) + 1
    height = (bits >> 14 & 0x3FFF) + 1
    alpha = bits >> 28 & 1 == 1
  }
}
