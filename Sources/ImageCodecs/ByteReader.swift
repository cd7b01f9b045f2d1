/// Reads untrusted bytes: every access is checked against the end and gives `nil` beyond it.
package struct ByteReader: @unchecked Sendable {
  // Unchecked: the pointer is only read, and the caller keeps the bytes alive and unchanged.
  package let bytes: UnsafeRawBufferPointer

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package var count: Int { bytes.count }

  package func u8(_ offset: Int) -> UInt8? {
    guard offset >= 0, offset < bytes.count else { return nil }
    return bytes[offset]
  }

  package func big16(_ offset: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - 2 else { return nil }
    return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
  }

  package func big32(_ offset: Int) -> Int? {
    guard let high = big16(offset), let low = big16(offset + 2) else { return nil }
    return high << 16 | low
  }

  package func little16(_ offset: Int) -> Int? {
    big16(offset).map { ($0 & 255) << 8 | $0 >> 8 }
  }

  package func little24(_ offset: Int) -> Int? {
    guard let low = little16(offset), let high = u8(offset + 2) else { return nil }
    return Int(high) << 16 | low
  }

  package func little32(_ offset: Int) -> Int? {
    guard let low = little16(offset), let high = little16(offset + 2) else { return nil }
    return high << 16 | low
  }

  /// Whether the bytes from `offset` on are these.
  package func holds(_ expected: StaticString, at offset: Int) -> Bool {
    let length = expected.utf8CodeUnitCount
    guard offset >= 0, length <= bytes.count, offset <= bytes.count - length else { return false }
    for index in 0..<length where bytes[offset + index] != expected.utf8Start[index] {
      return false
    }
    return true
  }

  /// Printable ASCII in a range clipped to the bytes; other bytes as dots.
  package func ascii(_ range: Range<Int>) -> String {
    let clipped = range.clamped(to: 0..<bytes.count)
    return String(
      decoding: clipped.map { (32..<127).contains(bytes[$0]) ? bytes[$0] : UInt8(ascii: ".") },
      as: UTF8.self)
  }
}
