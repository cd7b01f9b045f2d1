/// Reads what `WireWriter` wrote, from a sender that is not trusted: every length is compared
/// with what is left before memory is taken for it, and every list has a length that it may have
/// at most (`WireLimits`).
package struct WireReader {
  private let bytes: [UInt8]
  private var position: Int

  package init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = min(max(0, position), bytes.count)
  }

  package var remaining: Int { bytes.count - position }

  /// Throws unless everything has been read.
  package func finish() throws(WireFailure) {
    guard remaining == 0 else { throw .surplus(remaining) }
  }

  private mutating func take(_ count: Int) throws(WireFailure) -> Range<Int> {
    guard count >= 0, count <= remaining else { throw .truncated }
    defer { position += count }
    return position..<(position + count)
  }

  package mutating func byte() throws(WireFailure) -> UInt8 {
    bytes[try take(1).lowerBound]
  }

  package mutating func bool() throws(WireFailure) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    default: throw .invalid
    }
  }

  package mutating func unsigned() throws(WireFailure) -> UInt64 {
    let range = try take(8)
    let value = bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
    }
    return UInt64(littleEndian: value)
  }

  package mutating func int() throws(WireFailure) -> Int {
    Int(Int64(bitPattern: try unsigned()))
  }

  /// A finite number; others are refused here, so that no report holds one.
  package mutating func double() throws(WireFailure) -> Double {
    let value = Double(bitPattern: try unsigned())
    guard value.isFinite else { throw .notFinite }
    return value
  }

  /// A count of elements that take at least `width` bytes each, of which there may be `most`.
  private mutating func count(width: Int, most: Int = .max) throws(WireFailure) -> Int {
    let count = try int()
    guard count >= 0, count <= remaining / width else { throw .truncated }
    guard count <= most else { throw .tooMany(count) }
    return count
  }

  package mutating func string() throws(WireFailure) -> String {
    let range = try take(try count(width: 1))
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .invalid }
    return text
  }

  package mutating func byteArray() throws(WireFailure) -> [UInt8] {
    Array(bytes[try take(try count(width: 1))])
  }

  /// Finite numbers, as `double()`.
  package mutating func doubles(most: Int) throws(WireFailure) -> [Double] {
    let range = try take(try count(width: 8, most: most) * 8)
    let values = bytes.withUnsafeBytes { all in
      stride(from: range.lowerBound, to: range.upperBound, by: 8).map {
        all.loadUnaligned(fromByteOffset: $0, as: Double.self)
      }
    }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite }
    return values
  }

  package mutating func ints(most: Int) throws(WireFailure) -> [Int] {
    let range = try take(try count(width: 8, most: most) * 8)
    return bytes.withUnsafeBytes { all in
      stride(from: range.lowerBound, to: range.upperBound, by: 8).map {
        all.loadUnaligned(fromByteOffset: $0, as: Int.self)
      }
    }
  }

  package mutating func array<Value: WireCodable>(
    of type: Value.Type = Value.self, most: Int
  ) throws(WireFailure) -> [Value] {
    let count = try count(width: 1, most: most)
    var values = [Value]()
    for _ in 0..<count { values.append(try Value(from: &self)) }
    return values
  }

  package mutating func optional<Value: WireCodable>(
    _ type: Value.Type = Value.self
  ) throws(WireFailure) -> Value? {
    try bool() ? try Value(from: &self) : nil
  }

  package mutating func dictionary<Value: WireCodable>(
    of type: Value.Type = Value.self, most: Int
  ) throws(WireFailure) -> [String: Value] {
    let count = try count(width: 8, most: most)
    var values = [String: Value]()
    for _ in 0..<count {
      let key = try string()
      values[key] = try Value(from: &self)
    }
    return values
  }
}

extension String: WireCodable {
  package func write(to writer: inout WireWriter) { writer.put(self) }
  package init(from reader: inout WireReader) throws(WireFailure) { self = try reader.string() }
}

extension Int: WireCodable {
  package func write(to writer: inout WireWriter) { writer.put(self) }
  package init(from reader: inout WireReader) throws(WireFailure) { self = try reader.int() }
}

extension Double: WireCodable {
  package func write(to writer: inout WireWriter) { writer.put(self) }
  package init(from reader: inout WireReader) throws(WireFailure) { self = try reader.double() }
}

extension [String: Double]: WireCodable {
  package func write(to writer: inout WireWriter) { writer.put(dictionary: self) }
  package init(from reader: inout WireReader) throws(WireFailure) {
    self = try reader.dictionary(most: WireLimits.families)
  }
}
