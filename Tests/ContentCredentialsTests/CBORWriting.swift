import ContentCredentials

/// Writes CBOR for the tests: integers always in four bytes, so that a document keeps its length
/// when a number in it changes.
enum CBORWriting {
  static func bytes(_ value: CBORValue) -> [UInt8] {
    switch value {
    case .unsigned(let number): [0x1A] + PNGFile.big(Int(number))
    case .negative(let number): [0x3A] + PNGFile.big(Int(number))
    case .bytes(let bytes): head(2, bytes.count) + bytes
    case .text(let text): head(3, text.utf8.count) + Array(text.utf8)
    case .array(let items): head(4, items.count) + items.flatMap { Self.bytes($0) }
    case .map(let entries):
      head(5, entries.count) + entries.flatMap { Self.bytes($0.key) + Self.bytes($0.value) }
    case .tagged(let tag, let inner): head(6, Int(tag)) + bytes(inner)
    case .bool(let value): [value ? 0xF5 : 0xF4]
    case .null: [0xF6]
    default: [0xF7]
    }
  }

  private static func head(_ major: UInt8, _ count: Int) -> [UInt8] {
    [major << 5 | 26] + PNGFile.big(count)
  }
}

extension CBORValue: ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByIntegerLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(arrayLiteral elements: CBORValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (CBORValue, CBORValue)...) {
    self = .map(elements.map { Entry(key: $0.0, value: $0.1) })
  }
  package init(integerLiteral value: Int) {
    self = value < 0 ? .negative(UInt64(-1 - value)) : .unsigned(UInt64(value))
  }
}

/// Writes JUMBF boxes for the tests.
enum JUMBFWriting {
  static func box(_ type: String, _ payload: [UInt8]) -> [UInt8] {
    PNGFile.big(payload.count + 8) + Array(type.utf8) + payload
  }

  static func superbox(_ type: String, _ label: String, _ contents: [[UInt8]]) -> [UInt8] {
    let uuid = Array(type.utf8) + [0, 0x11, 0, 0x10, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    let description = box("jumd", uuid + [3] + Array(label.utf8) + [0])
    return box("jumb", description + contents.flatMap { $0 })
  }

  static func cbor(_ label: String, _ value: CBORValue) -> [UInt8] {
    superbox("cbor", label, [box("cbor", CBORWriting.bytes(value))])
  }

  /// What a `hashed_uri` hashes: a superbox without its header.
  static func payload(_ box: [UInt8]) -> [UInt8] { Array(box.dropFirst(8)) }
}
