import Glibc

/// One marker of a JPEG stream with its parameters (ITU-T T.81, B.1.1).
package struct JPEGSegment: Sendable {
  /// The marker's second byte: `0xD8` for SOI.
  package var marker: UInt8
  /// Where its `0xFF` lies.
  package var offset: Int
  /// The parameters after the length field; empty for markers that have none.
  package var payload: Range<Int>
  /// False when the file ends inside the segment; `payload` is then cut to the file.
  package var complete: Bool

  /// The name in T.81, table B.1: `SOI`, `APP0`, `DQT`, `SOF2`, …
  package var name: String {
    switch marker {
    case 0x01: "TEM"
    case 0xC4: "DHT"
    case 0xC8: "JPG"
    case 0xCC: "DAC"
    case 0xC0...0xCF: "SOF\(marker - 0xC0)"
    case 0xD0...0xD7: "RST\(marker - 0xD0)"
    case 0xD8: "SOI"
    case 0xD9: "EOI"
    case 0xDA: "SOS"
    case 0xDB: "DQT"
    case 0xDC: "DNL"
    case 0xDD: "DRI"
    case 0xDE: "DHP"
    case 0xDF: "EXP"
    case 0xE0...0xEF: "APP\(marker - 0xE0)"
    case 0xF0...0xFD: "JPG\(marker - 0xF0)"
    case 0xFE: "COM"
    default: "RES"
    }
  }

  /// Whether this is a start of frame of any process.
  package var startsFrame: Bool {
    (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
  }

  /// Metadata and comments: APP0…APP15, COM.
  package var isAncillary: Bool { (0xE0...0xEF).contains(marker) || marker == 0xFE }
}

/// Walks the markers of a JPEG stream, over entropy-coded data, fill bytes and garbage, up to and
/// including EOI or to the end of the file. Never reads beyond the bytes; always moves on.
package struct JPEGSegmentReader: Sequence, IteratorProtocol {
  private let reader: ByteReader
  private var position = 0
  private var inScan = false
  private var ended = false
  /// Bytes outside scans that belong to no segment.
  package private(set) var garbage = 0

  package init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

  package mutating func next() -> JPEGSegment? {
    while !ended, let start = nextFF(from: position) {
      if !inScan { garbage += start - position }
      var code = start + 1
      while reader.u8(code) == 0xFF { code += 1 }
      guard let marker = reader.u8(code) else { break }
      position = code + 1
      // A stuffed zero, or a restart marker inside a scan, is data.
      if marker == 0 || (inScan && (0xD0...0xD7).contains(marker)) {
        if !inScan { garbage += 2 }
        continue
      }
      return segment(marker: marker, offset: code - 1)
    }
    ended = true
    return nil
  }

  private mutating func segment(marker: UInt8, offset: Int) -> JPEGSegment {
    if marker == 0xD9 { ended = true }
    if marker == 0x01 || (0xD0...0xD9).contains(marker) {
      return JPEGSegment(
        marker: marker, offset: offset, payload: position..<position, complete: true)
    }
    inScan = marker == 0xDA
    guard let length = reader.big16(position), length >= 2 else {
      let complete = reader.big16(position) != nil
      return JPEGSegment(
        marker: marker, offset: offset, payload: position..<position, complete: complete)
    }
    let end = Swift.min(position + length, reader.count)
    let payload = (position + 2)..<Swift.max(position + 2, end)
    let complete = position + length <= reader.count
    position = end
    return JPEGSegment(marker: marker, offset: offset, payload: payload, complete: complete)
  }

  private func nextFF(from start: Int) -> Int? {
    guard start < reader.count, let base = reader.bytes.baseAddress,
      let found = memchr(base + start, 0xFF, reader.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
