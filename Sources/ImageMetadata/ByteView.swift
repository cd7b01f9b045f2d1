/// A range of untrusted bytes in which every access is checked. Offsets count from its start.
package struct ByteView {
  package let bytes: UnsafeRawBufferPointer
  package var bigEndian: Bool

  package init(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool = true) {
    self.bytes = bytes
    self.bigEndian = bigEndian
  }

  package var count: Int { bytes.count }

  /// Whether `length` bytes from `offset` on lie inside.
  package func holds(_ offset: Int, _ length: Int) -> Bool {
    offset >= 0 && length >= 0 && offset <= count && length <= count - offset
  }

  package func u8(_ offset: Int) -> UInt8? { holds(offset, 1) ? bytes[offset] : nil }

  package func u16(_ offset: Int) -> Int? {
    guard holds(offset, 2) else { return nil }
    let first = Int(bytes[offset])
    let second = Int(bytes[offset + 1])
    return bigEndian ? first << 8 | second : second << 8 | first
  }

  package func u32(_ offset: Int) -> Int? {
    guard let first = u16(offset), let second = u16(offset + 2) else { return nil }
    return bigEndian ? first << 16 | second : second << 16 | first
  }

  /// Whether the bytes at `offset` are exactly those of `text`.
  package func starts(at offset: Int, with text: StaticString) -> Bool {
    guard holds(offset, text.utf8CodeUnitCount) else { return false }
    return text.withUTF8Buffer { wanted in
      wanted.indices.allSatisfy { bytes[offset + $0] == wanted[$0] }
    }
  }

  /// The sub-range, cut to what is inside.
  package func slice(_ offset: Int, _ length: Int) -> ByteView {
    let start = min(max(0, offset), count)
    let end = start + min(max(0, length), count - start)
    return ByteView(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), bigEndian: bigEndian)
  }

  /// The sub-range as bytes of their own; `nil` unless it lies inside.
  package func copy(_ offset: Int, _ length: Int) -> [UInt8]? {
    guard holds(offset, length) else { return nil }
    return Array(bytes[offset..<(offset + length)])
  }
}
