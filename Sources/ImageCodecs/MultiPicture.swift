/// Further pictures behind a JPEG's own, as its index names them (Multi-Picture Format, CIPA DC-007,
/// 5.2): large previews of cameras, depth maps and second views of phones.
enum MultiPicture {
  /// Far more than any camera writes.
  private static let mostPictures = 256

  /// Where the pictures after the first lie in the file, in the order of the index. Entries that lead
  /// out of the file, or to something that is no JPEG, are left out.
  static func places(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    let reader = ByteReader(bytes)
    for segment in JPEGSegmentReader(bytes) {
      if segment.marker == 0xDA { break }
      guard segment.marker == 0xE2, reader.holds("MPF\0", at: segment.payload.lowerBound)
      else { continue }
      return places(reader, index: segment.payload.dropFirst(4))
    }
    return []
  }

  /// - Parameter index: the bytes of a TIFF header and the directories after it.
  private static func places(_ reader: ByteReader, index: Range<Int>) -> [Range<Int>] {
    let start = index.lowerBound
    let isLittle = reader.holds("II", at: start)
    guard isLittle || reader.holds("MM", at: start) else { return [] }
    func number(_ offset: Int) -> Int? {
      guard offset >= 0, offset <= index.count - 4 else { return nil }
      return isLittle ? reader.little32(start + offset) : reader.big32(start + offset)
    }
    func short(_ offset: Int) -> Int? {
      guard offset >= 0, offset <= index.count - 2 else { return nil }
      return isLittle ? reader.little16(start + offset) : reader.big16(start + offset)
    }
    guard let directory = number(4), let fields = short(directory) else { return [] }
    let entries = (0..<min(fields, 64)).map { directory + 2 + 12 * $0 }
      .first { short($0) == 0xB002 }
    guard let entries, let length = number(entries + 4), let list = number(entries + 8)
    else { return [] }
    return (0..<min(length / 16, mostPictures)).compactMap { picture in
      let entry = list + 16 * picture
      // The first picture's offset is nought: it is the file's own.
      guard let size = number(entry + 4), let offset = number(entry + 8), offset > 0,
        size <= reader.count - start - offset, reader.big16(start + offset) == 0xFFD8
      else { return nil }
      return (start + offset)..<(start + offset + size)
    }
  }
}

extension Range<Int> {
  fileprivate func dropFirst(_ count: Int) -> Range<Int> {
    Swift.min(lowerBound + count, upperBound)..<upperBound
  }
}
