/// A strict reader of the little JSON (RFC 8259) that headers and indices consist of, straight
/// over the mapped bytes: it allocates nothing and never looks past the end.
package struct JSONScanner {
  /// What was expected and at which byte.
  package struct Failure: Error, Hashable {
    package var expected: String
    package var position: Int
  }

  /// The bytes between the quotation marks of a string, and whether they contain escapes.
  package struct StringSpan: Hashable {
    package var range: Range<Int>
    package var escaped: Bool
  }

  /// Nesting that `skipValue` follows before it refuses.
  package static let maximumDepth = 32

  package let bytes: UnsafeRawBufferPointer
  package private(set) var position: Int

  package init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func failure(_ expected: String) -> Failure {
    Failure(expected: expected, position: position)
  }

  package mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Takes `character` after white space, if it stands there.
  package mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = current, UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  package mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    guard take(character) else { throw failure("'\(character)'") }
  }

  /// Nothing but white space may follow.
  package mutating func expectEnd() throws(Failure) {
    skipSpace()
    guard position == bytes.count else { throw failure("the end") }
  }

  /// A string, checked for forbidden control characters and malformed escapes.
  package mutating func string() throws(Failure) -> StringSpan {
    try expect("\"")
    let start = position
    var escaped = false
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return StringSpan(range: start..<position - 1, escaped: escaped)
      case UInt8(ascii: "\\"):
        escaped = true
        try escape()
      case 0..<0x20: throw failure("no control character in a string")
      default: break
      }
    }
    throw failure("the end of a string")
  }

  private mutating func escape() throws(Failure) {
    guard let kind = current else { throw failure("an escape") }
    position += 1
    guard kind == UInt8(ascii: "u") else {
      guard "\"\\/bfnrt".utf8.contains(kind) else { throw failure("a known escape") }
      return
    }
    for _ in 0..<4 {
      guard let digit = current, JSONScanner.hexValue(digit) != nil else {
        throw failure("four hexadecimal digits")
      }
      position += 1
    }
  }

  /// A non-negative integer without fraction, exponent or leading zero.
  package mutating func integer() throws(Failure) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let (scaled, overflow1) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = scaled.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow1, !overflow2 else { throw failure("an integer below 2⁶³") }
      value = sum
      position += 1
    }
    guard position > start else { throw failure("a non-negative integer") }
    guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw failure("no leading zero")
    }
    return value
  }

  /// Calls `member` at the value of every member of an object.
  package mutating func object<E: Error>(
    _ member: (inout JSONScanner, StringSpan) throws(E) -> Void,
    failing: (Failure) -> E
  ) throws(E) {
    do throws(Failure) { try expect("{") } catch { throw failing(error) }
    if take("}") { return }
    repeat {
      let key: StringSpan
      do throws(Failure) {
        key = try string()
        try expect(":")
      } catch { throw failing(error) }
      try member(&self, key)
    } while take(",")
    do throws(Failure) { try expect("}") } catch { throw failing(error) }
  }

  /// Passes over any value, nested at most `maximumDepth` deep.
  package mutating func skipValue(depth: Int = 0) throws(Failure) {
    guard depth < Self.maximumDepth else { throw failure("less nesting") }
    skipSpace()
    switch current {
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "{"):
      try object(
        { (scanner: inout JSONScanner, _) throws(Failure) in
          try scanner.skipValue(depth: depth + 1)
        }, failing: { $0 })
    case UInt8(ascii: "["):
      try expect("[")
      if take("]") { return }
      repeat { try skipValue(depth: depth + 1) } while take(",")
      try expect("]")
    default: try skipWord()
    }
  }

  private mutating func skipWord() throws(Failure) {
    let start = position
    while let byte = current, "+-.0123456789Eaeflnrstu".utf8.contains(byte) { position += 1 }
    guard position > start else { throw failure("a value") }
    let word = bytes[start..<position]
    if "-0123456789".utf8.contains(word[start]) { return }
    guard ["true", "false", "null"].contains(where: { $0.utf8.elementsEqual(word) }) else {
      throw failure("a value")
    }
  }

  package static func hexValue(_ digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
