/// One data item of CBOR (RFC 8949). JSON assertions are read into the same type, so that the
/// rest of this room knows one tree only.
package indirect enum CBORValue: Hashable, Sendable {
  /// One entry of a map, in file order.
  package struct Entry: Hashable, Sendable {
    package var key: CBORValue
    package var value: CBORValue

    package init(key: CBORValue, value: CBORValue) {
      self.key = key
      self.value = value
    }
  }

  case unsigned(UInt64)
  /// `-1 - n`: the argument as it is encoded.
  case negative(UInt64)
  case bytes([UInt8])
  case text(String)
  case array([CBORValue])
  case map([Entry])
  case tagged(UInt64, CBORValue)
  case bool(Bool)
  case null
  case undefined
  case float(Double)
  /// A simple value without a meaning in RFC 8949.
  case simple(UInt8)
}

extension CBORValue {
  var text: String? { if case .text(let text) = self { text } else { nil } }

  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  var array: [CBORValue]? { if case .array(let items) = self { items } else { nil } }

  var entries: [Entry]? { if case .map(let entries) = self { entries } else { nil } }

  /// A byte string; also an array of small integers, which early writers stored hashes as.
  var bytes: [UInt8]? {
    switch self {
    case .bytes(let bytes): return bytes
    case .array(let items):
      var bytes = [UInt8]()
      for item in items {
        guard case .unsigned(let value) = item, value < 256 else { return nil }
        bytes.append(UInt8(value))
      }
      return bytes
    default: return nil
    }
  }

  /// A whole number that fits; `nil` for any other.
  var integer: Int? {
    switch self {
    case .unsigned(let value): Int(exactly: value)
    case .negative(let value): Int(exactly: value).map { -1 - $0 }
    case .float(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The value without its tags, such as the text of a tagged date.
  var untagged: CBORValue {
    var value = self
    while case .tagged(_, let inner) = value { value = inner }
    return value
  }

  /// A map's value under a text key: the first one.
  package subscript(key: String) -> CBORValue? {
    entries?.first { $0.key.text == key }?.value
  }

  /// A map's value under an integer key.
  subscript(key: Int) -> CBORValue? {
    entries?.first { $0.key.integer == key }?.value
  }

  /// A scalar as a person reads it; `nil` for arrays, maps and byte strings.
  var plain: String? {
    switch untagged {
    case .text(let text): text
    case .unsigned(let value): String(value)
    case .negative(let value): value == .max ? "-18446744073709551616" : "-\(value + 1)"
    case .bool(let value): String(value)
    case .float(let value): String(value)
    default: nil
    }
  }
}
