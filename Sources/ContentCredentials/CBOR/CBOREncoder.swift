/// Writes the few CBOR structures that are hashed or signed but never stored: COSE's
/// `Sig_structure` and countersignature payloads (RFC 9052, section 4.4).
enum CBOREncoder {
  /// An array of one text and byte strings.
  static func signatureStructure(context: String, _ parts: [[UInt8]]) -> [UInt8] {
    var bytes = head(major: 4, UInt64(parts.count + 1))
    bytes += head(major: 3, UInt64(context.utf8.count)) + Array(context.utf8)
    for part in parts { bytes += byteString(part) }
    return bytes
  }

  static func byteString(_ bytes: [UInt8]) -> [UInt8] {
    head(major: 2, UInt64(bytes.count)) + bytes
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
