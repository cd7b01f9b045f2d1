/// The table of contents of a safetensors file, checked completely before anyone reads a tensor.
///
/// Entries keep positions instead of copies: an entry is smaller than the JSON it came from, so
/// no header, however hostile, makes this reader allocate more than the file's own size.
package struct Header: Sendable {
  package struct Entry: Sendable {
    var nameStart: UInt32
    var nameCount: UInt32
    /// Position of the first byte after the shape's opening bracket.
    var shapeStart: UInt32
    var rank: UInt8
    var type: ElementType
    /// Byte offsets from the start of the data.
    var begin: Int
    var end: Int
  }

  /// The shortest JSON of one tensor with its comma.
  static let shortestEntry = 49
  static let prefixLength = 8

  package let mapping: Mapping
  /// The JSON text.
  let text: Range<Int>
  /// Sorted by name, bytewise.
  package private(set) var entries: [Entry] = []
  /// The position of the `__metadata__` object in `text`.
  private(set) var metadataStart: Int?

  var dataStart: Int { text.upperBound }
  var json: UnsafeRawBufferPointer { .init(rebasing: mapping.bytes[text]) }

  package init(_ mapping: Mapping, subject: String) throws(SafetensorsError) {
    func error(_ code: SafetensorsError.Code, _ detail: String) -> SafetensorsError {
      SafetensorsError(code, subject: subject, detail: detail)
    }
    guard mapping.bytes.count >= Self.prefixLength else {
      throw error(.truncated, "is shorter than the eight bytes of a header length")
    }
    let length = UInt64(
      littleEndian: mapping.bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    guard length <= UInt64(SafetensorsFile.maximumHeaderLength) else {
      throw error(.headerTooLong, "declares a header of \(length) bytes")
    }
    guard Int(length) <= mapping.bytes.count - Self.prefixLength else {
      throw error(.truncated, "ends before its header of \(length) bytes does")
    }
    self.mapping = mapping
    text = Self.prefixLength..<Self.prefixLength + Int(length)
    var parser = HeaderParser(json: json, subject: subject)
    try parser.parse()
    entries = parser.entries
    metadataStart = parser.metadataStart
    try checkLayout(subject)
    try sortByName(subject)
  }

  /// The data must be covered exactly, each byte by one tensor.
  private mutating func checkLayout(_ subject: String) throws(SafetensorsError) {
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    let available = mapping.bytes.count - dataStart
    var expected = 0
    for entry in entries {
      guard entry.end <= available else {
        throw SafetensorsError(
          .badOffsets, subject: name(of: entry), detail: "ends beyond the end of the file")
      }
      guard entry.begin == expected else {
        let what = entry.begin < expected ? "overlaps its predecessor" : "leaves a hole before it"
        throw SafetensorsError(.badOffsets, subject: name(of: entry), detail: what)
      }
      expected = entry.end
      guard (dataStart + entry.begin).isMultiple(of: entry.type.size) else {
        throw SafetensorsError(
          .misaligned, subject: name(of: entry),
          detail: "does not begin at a multiple of \(entry.type.size) bytes")
      }
    }
    guard expected == available else {
      throw SafetensorsError(
        .badOffsets, subject: subject,
        detail: "holds \(available) bytes of data where its tensors need \(expected)")
    }
  }

  private mutating func sortByName(_ subject: String) throws(SafetensorsError) {
    let json = self.json
    entries.sort { Self.isLess(json, $0, $1) }
    for (one, next) in zip(entries, entries.dropFirst()) where !Self.isLess(json, one, next) {
      throw SafetensorsError(
        .duplicateName, subject: subject, detail: "names \(name(of: one)) twice")
    }
  }

  private static func isLess(_ json: UnsafeRawBufferPointer, _ one: Entry, _ other: Entry) -> Bool {
    json[span(one)].lexicographicallyPrecedes(json[span(other)])
  }

  private static func span(_ entry: Entry) -> Range<Int> {
    Int(entry.nameStart)..<Int(entry.nameStart) + Int(entry.nameCount)
  }

  package func name(of entry: Entry) -> String {
    String(decoding: json[Self.span(entry)], as: UTF8.self)
  }

  func shape(of entry: Entry) -> [Int] {
    var scanner = JSONScanner(json, at: Int(entry.shapeStart))
    var shape = [Int]()
    shape.reserveCapacity(Int(entry.rank))
    for _ in 0..<entry.rank {
      // The text was accepted before; it cannot fail now.
      guard let size = try? scanner.integer() else { break }
      shape.append(size)
      _ = scanner.take(",")
    }
    return shape
  }

  /// Binary search by name.
  package func entry(named name: String) -> Entry? {
    let json = self.json
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      let candidate = json[Self.span(entries[middle])]
      if candidate.elementsEqual(name.utf8) { return entries[middle] }
      if candidate.lexicographicallyPrecedes(name.utf8) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The entries of `__metadata__`, decoded anew at each call.
  package func metadata() -> [String: String] {
    guard let metadataStart else { return [:] }
    var result = [String: String]()
    var scanner = JSONScanner(json, at: metadataStart)
    try? scanner.object(
      { (scanner: inout JSONScanner, key) throws(JSONScanner.Failure) in
        let value = try scanner.string()
        if let key = scanner.text(key) { result[key] = scanner.text(value) }
      }, failing: { $0 })
    return result
  }
}
