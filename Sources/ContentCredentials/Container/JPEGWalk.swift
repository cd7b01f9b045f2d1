import Glibc

/// The marker segments of a JPEG (ITU-T T.81, B.1.1) from SOI to EOI. A scan's segment reaches to
/// the next marker that is neither stuffing nor a restart: so general box hashes count it.
struct JPEGWalk: Sequence, IteratorProtocol {
  struct Segment {
    var marker: UInt8
    /// From its `FF` to the next segment.
    var range: Range<Int>
    /// After the length field; empty for markers without one.
    var payload: Range<Int>

    /// As the C2PA standard names it: `SOI`, `APP1`, `DQT`, `SOF0`, `SOS`, …
    var name: String {
      switch marker {
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
      case 0xFE: "COM"
      default: "0x" + String(marker, radix: 16)
      }
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private var position: Int
  private var ended: Bool
  /// Where a segment that is longer than what is left of the file begins: at its marker's code.
  private(set) var cut: Int?

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    position = 0
    ended = bytes.big(0, 2) != 0xFFD8
  }

  mutating func next() -> Segment? {
    guard !ended, let start = marker(from: position) else {
      ended = true
      return nil
    }
    // Fill bytes before a marker belong to it.
    var code = start + 1
    while code < bytes.count, bytes[code] == 0xFF { code += 1 }
    guard code < bytes.count else {
      ended = true
      return nil
    }
    let marker = bytes[code]
    if marker == 0xD9 { ended = true }
    if marker == 0x01 || (0xD0...0xD9).contains(marker) {
      position = code + 1
      return Segment(marker: marker, range: start..<position, payload: position..<position)
    }
    guard let length = bytes.big(code + 1, 2), length >= 2, code + 1 + length <= bytes.count else {
      cut = code
      ended = true
      return nil
    }
    let payload = (code + 3)..<(code + 1 + length)
    position = payload.upperBound
    if marker == 0xDA { position = self.marker(from: position) ?? bytes.count }
    return Segment(marker: marker, range: start..<position, payload: payload)
  }

  /// The next `FF` that neither stuffing nor a restart marker follows.
  private func marker(from start: Int) -> Int? {
    var offset = start
    while offset < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + offset, 0xFF, bytes.count - offset)
    {
      let place = UnsafeRawPointer(found) - base
      guard place + 1 < bytes.count else { return nil }
      let code = bytes[place + 1]
      if code != 0, !(0xD0...0xD7).contains(code) { return place }
      offset = place + 2
    }
    return nil
  }
}
