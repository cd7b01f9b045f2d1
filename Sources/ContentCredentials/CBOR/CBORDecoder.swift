/// Reads one CBOR document: exactly one well-formed data item (RFC 8949, appendix C), within
/// limits on its depth and on the number of its items. Duplicate keys are kept; the first counts.
package struct CBORDecoder {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var items = 0
  private let maximumItems: Int
  private let maximumDepth: Int

  /// - Throws: `malformed` for anything that is not one well-formed item, `limit` beyond the
  ///   limits.
  package static func decode(
    _ bytes: ArraySlice<UInt8>, limits: CredentialLimits
  ) throws(CredentialError) -> CBORValue {
    var decoder = CBORDecoder(bytes, limits: limits)
    let value = try decoder.item(depth: 0)
    guard decoder.position == bytes.endIndex else {
      throw .malformed("bytes after the end of the CBOR item", offset: decoder.offset)
    }
    return value
  }

  private init(_ bytes: ArraySlice<UInt8>, limits: CredentialLimits) {
    self.bytes = bytes
    position = bytes.startIndex
    maximumItems = limits.cborItems
    maximumDepth = limits.cborDepth
  }

  private var offset: Int { position - bytes.startIndex }

  private struct Head {
    var major: UInt8
    var additional: UInt8
    var argument: UInt64
    var isIndefinite: Bool { additional == 31 }
  }

  private mutating func byte() throws(CredentialError) -> UInt8 {
    guard position < bytes.endIndex else {
      throw .malformed("the CBOR ends too early", offset: offset)
    }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func head() throws(CredentialError) -> Head {
    let initial = try byte()
    let additional = initial & 31
    var argument = UInt64(additional)
    switch additional {
    case 0...23, 31: break
    case 24...27:
      argument = 0
      for _ in 0..<(1 << (additional - 24)) { argument = argument << 8 | UInt64(try byte()) }
    default: throw .malformed("a reserved length in CBOR", offset: offset - 1)
    }
    return Head(major: initial >> 5, additional: additional, argument: argument)
  }

  private mutating func item(depth: Int) throws(CredentialError) -> CBORValue {
    guard depth <= maximumDepth else {
      throw .limit("CBOR is nested more than \(maximumDepth) deep")
    }
    items += 1
    guard items <= maximumItems else { throw .limit("CBOR has more than \(maximumItems) items") }
    let start = offset
    let head = try head()
    if head.isIndefinite, !(2...5).contains(head.major) {
      throw .malformed("a break or an indefinite length where none may stand", offset: start)
    }
    switch head.major {
    case 0: return .unsigned(head.argument)
    case 1: return .negative(head.argument)
    case 2: return .bytes(Array(try string(head)))
    case 3: return .text(String(decoding: try string(head), as: UTF8.self))
    case 4: return .array(try array(head, depth: depth))
    case 5: return .map(try map(head, depth: depth))
    case 6: return .tagged(head.argument, try item(depth: depth + 1))
    default: return try simple(head, at: start)
    }
  }

  /// The contents of a string, pieced together where it is of indefinite length.
  private mutating func string(_ head: Head) throws(CredentialError) -> ArraySlice<UInt8> {
    guard head.isIndefinite else { return try chunk(head.argument) }
    var whole = [UInt8]()
    while try !isBreak() {
      let start = offset
      let part = try self.head()
      guard part.major == head.major, !part.isIndefinite else {
        throw .malformed("a foreign piece in a CBOR string", offset: start)
      }
      whole += try chunk(part.argument)
    }
    return whole[...]
  }

  private mutating func chunk(_ length: UInt64) throws(CredentialError) -> ArraySlice<UInt8> {
    guard length <= UInt64(bytes.endIndex - position) else {
      throw .malformed("a CBOR string is longer than the data", offset: offset)
    }
    defer { position += Int(length) }
    return bytes[position..<(position + Int(length))]
  }

  private mutating func array(
    _ head: Head, depth: Int
  ) throws(CredentialError) -> [CBORValue] {
    var values = [CBORValue]()
    if head.isIndefinite {
      while try !isBreak() { values.append(try item(depth: depth + 1)) }
    } else {
      try expect(head.argument, each: 1)
      for _ in 0..<head.argument { values.append(try item(depth: depth + 1)) }
    }
    return values
  }

  private mutating func map(
    _ head: Head, depth: Int
  ) throws(CredentialError) -> [CBORValue.Entry] {
    var entries = [CBORValue.Entry]()
    if head.isIndefinite {
      while try !isBreak() { entries.append(try entry(depth: depth)) }
    } else {
      try expect(head.argument, each: 2)
      for _ in 0..<head.argument { entries.append(try entry(depth: depth)) }
    }
    return entries
  }

  private mutating func entry(depth: Int) throws(CredentialError) -> CBORValue.Entry {
    let key = try item(depth: depth + 1)
    return CBORValue.Entry(key: key, value: try item(depth: depth + 1))
  }

  /// Refuses a count that the remaining bytes cannot hold, before anything is allocated for it.
  private func expect(_ count: UInt64, each: Int) throws(CredentialError) {
    guard count <= UInt64((bytes.endIndex - position) / each) else {
      throw .malformed("a CBOR count is larger than the data", offset: offset)
    }
  }

  /// Whether a break stands here; passes it where one does.
  private mutating func isBreak() throws(CredentialError) -> Bool {
    guard position < bytes.endIndex else {
      throw .malformed("the CBOR ends too early", offset: offset)
    }
    guard bytes[position] == 0xFF else { return false }
    position += 1
    return true
  }

  private func simple(_ head: Head, at start: Int) throws(CredentialError) -> CBORValue {
    switch head.additional {
    case 20: return .bool(false)
    case 21: return .bool(true)
    case 22: return .null
    case 23: return .undefined
    case 24:
      guard head.argument >= 32 else {
        throw .malformed("a simple value in two bytes where one would do", offset: start)
      }
      return .simple(UInt8(truncatingIfNeeded: head.argument))
    case 25: return .float(Double(Self.half(UInt16(truncatingIfNeeded: head.argument))))
    case 26:
      return .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: head.argument))))
    case 27: return .float(Double(bitPattern: head.argument))
    default: return .simple(head.additional)
    }
  }

  /// IEEE 754 half precision (RFC 8949, appendix D), which x86 has no `Float16` for.
  private static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}
