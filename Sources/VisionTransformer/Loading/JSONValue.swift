/// A parsed JSON document. Small, strict, with limits: configurations come with models from
/// anywhere.
enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Levels of nesting that are read.
  static let maximumDepth = 32

  struct Malformed: Error {
    let position: Int
    let expected: String
  }

  init(parsing bytes: [UInt8]) throws(Malformed) {
    var parser = Parser(bytes: bytes)
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.failure("the end") }
  }

  private struct Parser {
    let bytes: [UInt8]
    var position = 0

    func failure(_ expected: String) -> Malformed {
      Malformed(position: position, expected: expected)
    }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
      while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    mutating func take(_ character: Character) -> Bool {
      skipSpace()
      guard let byte = current, byte == character.asciiValue else { return false }
      position += 1
      return true
    }

    mutating func value(depth: Int) throws(Malformed) -> JSONValue {
      guard depth < JSONValue.maximumDepth else { throw failure("less nesting") }
      if take("{") { return try object(depth: depth) }
      if take("[") { return try array(depth: depth) }
      if take("\"") { return .string(try string()) }
      let start = position
      while let byte = current, !",]} \n\t\r".utf8.contains(byte) { position += 1 }
      let word = String(decoding: bytes[start..<position], as: UTF8.self)
      switch word {
      case "null": return .null
      case "true": return .bool(true)
      case "false": return .bool(false)
      default:
        guard let first = word.utf8.first, first == 0x2D || (0x30...0x39).contains(first),
          !word.lowercased().contains("x"), let number = Double(word), number.isFinite
        else {
          position = start
          throw failure("a value")
        }
        return .number(number)
      }
    }

    mutating func object(depth: Int) throws(Malformed) -> JSONValue {
      var members: [String: JSONValue] = [:]
      if take("}") { return .object(members) }
      repeat {
        guard take("\"") else { throw failure("a name") }
        let name = try string()
        guard take(":") else { throw failure("a colon") }
        guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
          throw failure("each name once (\(name) is repeated)")
        }
      } while take(",")
      guard take("}") else { throw failure("a closing brace") }
      return .object(members)
    }

    mutating func array(depth: Int) throws(Malformed) -> JSONValue {
      var items: [JSONValue] = []
      if take("]") { return .array(items) }
      repeat { items.append(try value(depth: depth + 1)) } while take(",")
      guard take("]") else { throw failure("a closing bracket") }
      return .array(items)
    }

    mutating func string() throws(Malformed) -> String {
      var text: [UInt8] = []
      while let byte = current {
        position += 1
        switch byte {
        case 0x22: return String(decoding: text, as: UTF8.self)
        case 0x5C:
          guard let escape = current else { throw failure("an escape") }
          position += 1
          switch escape {
          case 0x6E: text.append(0x0A)
          case 0x74: text.append(0x09)
          case 0x72: text.append(0x0D)
          case 0x62: text.append(0x08)
          case 0x66: text.append(0x0C)
          case 0x75: try unicode(&text)
          case 0x22, 0x5C, 0x2F: text.append(escape)
          default: throw failure("an escape")
          }
        default: text.append(byte)
        }
      }
      throw failure("a closing quote")
    }

    private mutating func unicode(_ text: inout [UInt8]) throws(Malformed) {
      func unit() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        return UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
      }
      guard var code = unit() else { throw failure("four hexadecimal digits") }
      position += 4
      if (0xD800..<0xDC00).contains(code), position + 6 <= bytes.count, bytes[position] == 0x5C,
        bytes[position + 1] == 0x75
      {
        position += 2
        guard let low = unit(), (0xDC00..<0xE000).contains(low) else { throw failure("a pair") }
        position += 4
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      text += Array(String(Unicode.Scalar(code).map(Character.init) ?? "\u{FFFD}").utf8)
    }
  }
}
