/// Writes the few CBOR structures that are hashed or signed but never stored: COSE's
/// `Sig_structure` and countersignature payloads (RFC 9052, section 4.4), and what an identity
/// assertion's signature is over.
enum CBOREncoder {
  /// An array of one text and byte strings.
  static func signatureStructure(context: String, _ parts: [[UInt8]]) -> [UInt8] {
    item(.array([.text(context)] + parts.map(CBORValue.bytes)))
  }

  static func byteString(_ bytes: [UInt8]) -> [UInt8] {
    head(major: 2, UInt64(bytes.count)) + bytes
  }

  /// A data item with its entries in the order they have, and the shortest heads; floating-point
  /// numbers in eight bytes.
  static func item(_ value: CBORValue) -> [UInt8] {
    switch value {
    case .unsigned(let number): head(major: 0, number)
    case .negative(let number): head(major: 1, number)
    case .bytes(let bytes): byteString(bytes)
    case .text(let text): head(major: 3, UInt64(text.utf8.count)) + Array(text.utf8)
    case .array(let items): head(major: 4, UInt64(items.count)) + items.flatMap { item($0) }
    case .map(let entries):
      head(major: 5, UInt64(entries.count)) + entries.flatMap { item($0.key) + item($0.value) }
    case .tagged(let tag, let inner): head(major: 6, tag) + item(inner)
    case .bool(let value): [value ? 0xF5 : 0xF4]
    case .null: [0xF6]
    case .undefined: [0xF7]
    case .float(let number): [0xFB] + bigEndian(number.bitPattern, 8)
    case .simple(let number): number < 24 ? [0xE0 | number] : [0xF8, number]
    }
  }

  /// An initial byte with its argument in the shortest form (RFC 8949, section 4.2.1).
  static func head(major: UInt8, _ argument: UInt64) -> [UInt8] {
    let type = major << 5
    switch argument {
    case 0...23: return [type | UInt8(argument)]
    case 24...0xFF: return [type | 24] + bigEndian(argument, 1)
    case 0x100...0xFFFF: return [type | 25] + bigEndian(argument, 2)
    case 0x1_0000...0xFFFF_FFFF: return [type | 26] + bigEndian(argument, 4)
    default: return [type | 27] + bigEndian(argument, 8)
    }
  }

  private static func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(count - 1 - $0))) }
  }
}
