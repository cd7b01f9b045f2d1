import FoundationEssentials

/// JSON as generators write it into files: NaN and Infinity are accepted (ComfyUI writes Python's),
/// and whole numbers keep all their digits, for seeds have 64 bits.
package indirect enum JSONValue: Hashable, Sendable, Decodable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Longer texts, in bytes, are refused.
  package static let longest = 4 << 20
  /// Texts of more members and elements are refused: a graph of a thousand nodes has ten thousand.
  package static let mostValues = 50_000
  /// Deeper nesting is refused.
  package static let deepest = 64

  /// `nil` for anything that is no JSON object or list, or exceeds a limit.
  package static func parse(_ text: some StringProtocol) -> JSONValue? {
    var room = mostValues
    return parse(text, room: &room)
  }

  /// The same, for one text of many.
  /// - Parameter room: how many values may be read; lessened by those of this text. Reading costs some
  ///   microseconds a value, and a file may hold a thousand texts.
  package static func parse(_ text: some StringProtocol, room: inout Int) -> JSONValue? {
    guard text.utf8.count <= longest else { return nil }
    let bytes = Data(text.utf8)
    guard let values = values(bytes, most: min(room, mostValues)) else { return nil }
    room -= values
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try? decoder.decode(JSONValue.self, from: bytes)
  }

  /// A cheap look at the punctuation before anything is built: about how many members and elements
  /// there are; `nil` for more than `most`, and for what is no object or list.
  private static func values(_ bytes: Data, most: Int) -> Int? {
    guard let first = bytes.first(where: { $0 > 0x20 }), first == 0x7B || first == 0x5B
    else { return nil }
    var (values, depth, inString, escaped) = (0, 0, false, false)
    for byte in bytes {
      if inString {
        if byte == UInt8(ascii: "\""), !escaped { inString = false }
        escaped = byte == UInt8(ascii: "\\") && !escaped
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        values += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ","): values += 1
      default: break
      }
      guard values <= most, depth <= deepest else { return nil }
    }
    return values
  }

  package init(from decoder: any Decoder) throws {
    // The cheap questions first: a refusal costs more than an answer.
    if let list = try? decoder.unkeyedContainer() {
      var list = list
      var elements = [JSONValue]()
      while !list.isAtEnd { elements.append(try list.decode(JSONValue.self)) }
      self = .array(elements)
      return
    }
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let members = try? value.decode([String: JSONValue].self) {
      self = .object(members)
    } else if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .bool(flag)
    } else if let number = try? value.decode(Int64.self) {
      self = .number(String(number))
    } else if let number = try? value.decode(UInt64.self) {
      self = .number(String(number))
    } else {
      self = .number(String(try value.decode(Double.self)))
    }
  }

  package subscript(_ key: String) -> JSONValue? { members?[key] }

  package var elements: [JSONValue]? { if case .array(let list) = self { list } else { nil } }

  package var members: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// A string or a number.
  package var text: String? {
    switch self {
    case .string(let value), .number(let value): value
    default: nil
    }
  }

  /// Any value on one line, as a setting is shown.
  package var summary: String {
    switch self {
    case .null: "none"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let value), .string(let value): value
    case .array(let list): list.prefix(64).map(\.summary).joined(separator: ", ")
    case .object(let members):
      members.sorted { $0.key < $1.key }.prefix(64).map { "\($0.key)=\($0.value.summary)" }
        .joined(separator: ", ")
    }
  }
}
