import CImageCodecs
import ForensicCore

/// The chunks of a PNG file (ISO/IEC 15948), walked without inflating anything.
struct PNGChunks {
  /// The signature and IHDR, PLTE, tRNS, IDAT, IEND: what the decoder is shown.
  var spans = [ic_span(offset: 0, length: 8)]
  var width = 0
  var height = 0
  var bitDepth = 0
  var colorType = 0
  var interlaced = false
  var transparencyChunk = false
  /// Frames that an APNG announces; 1 otherwise.
  var frames = 1
  var profileName: String?
  var profileBytes = 0
  var ancillaryBytes = 0
  /// Ancillary chunks whose CRC does not match.
  var badAncillary: [String] = []
  /// Just after IEND, or `nil` when there is none.
  var end: Int?
  /// The first place where no chunk could be read.
  var brokenAt: Int?

  /// Reads all chunk headers up to IEND; stops where the structure breaks.
  /// - Throws: `format.malformed` without IHDR, `limit.ancillary`.
  static func read(
    _ reader: ByteReader, limits: DecodeLimits
  ) throws(ExaminationFailure) -> PNGChunks {
    var chunks = PNGChunks()
    try chunks.readHeader(reader)
    var offset = 8
    while offset < reader.count {
      guard let length = reader.big32(offset), length <= Int(Int32.max), isName(reader, offset + 4)
      else {
        chunks.brokenAt = offset
        break
      }
      let name = reader.ascii((offset + 4)..<(offset + 8))
      let present = min(12 + length, reader.count - offset)
      if ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].contains(name) {
        chunks.transparencyChunk = chunks.transparencyChunk || name == "tRNS"
        chunks.spans.append(ic_span(offset: offset, length: present))
      } else {
        // What the file does not have takes no memory: the limits are on what is there.
        try limits.check(chunk: name, bytes: present)
        chunks.ancillaryBytes += present
        try limits.check(ancillary: chunks.ancillaryBytes)
        chunks.note(name, offset: offset, length: length, reader)
      }
      offset += 12 + length
      if name == "IEND" {
        chunks.end = min(offset, reader.count)
        break
      }
    }
    return chunks
  }

  private mutating func readHeader(_ reader: ByteReader) throws(ExaminationFailure) {
    guard reader.big32(8) == 13, reader.holds("IHDR", at: 12), let width = reader.big32(16),
      let height = reader.big32(20), let depth = reader.u8(24), let color = reader.u8(25),
      let interlace = reader.u8(28), width > 0, height > 0
    else {
      throw ExaminationFailure(
        code: "format.malformed",
        message: "The PNG file does not begin with a valid header chunk (IHDR).",
        mend: "The file is damaged; ask for it again from where it came.")
    }
    self.width = width
    self.height = height
    bitDepth = Int(depth)
    colorType = Int(color)
    interlaced = interlace == 1
  }

  private static func isName(_ reader: ByteReader, _ offset: Int) -> Bool {
    (offset..<(offset + 4)).allSatisfy { position in
      guard let byte = reader.u8(position) else { return false }
      return (65...90).contains(byte) || (97...122).contains(byte)
    }
  }

  private mutating func note(_ name: String, offset: Int, length: Int, _ reader: ByteReader) {
    if name == "acTL", let count = reader.big32(offset + 8), count > 1 { frames = count }
    if name == "iCCP" {
      profileBytes = length
      let start = offset + 8
      let limit = min(start + 79, offset + 8 + length)
      let end = (start..<max(start, limit)).first { reader.u8($0) == 0 } ?? start
      profileName = end > start ? reader.ascii(start..<end) : nil
    }
    guard let stored = reader.big32(offset + 8 + length), let base = reader.bytes.baseAddress
    else { return }
    let body = (base + offset + 4).assumingMemoryBound(to: UInt8.self)
    if Int(ic_crc32(body, length + 4)) != stored, badAncillary.count < 16 {
      badAncillary.append(name)
    }
  }
}
