/// Writes a `JSONNode` as UTF-8 (RFC 8259): keys sorted, slashes plain, numbers short, every
/// control and format character escaped, so that the same report is always the same bytes and
/// printing it cannot command a terminal.
package struct JSONWriter {
  private var output: [UInt8] = []
  private let pretty: Bool

  private init(pretty: Bool, capacity: Int) {
    self.pretty = pretty
    output.reserveCapacity(capacity)
  }

  /// The bytes of one value. `pretty` breaks lines, indents by two blanks and ends with a newline;
  /// lists of numbers stay on one line.
  package static func write(_ node: JSONNode, pretty: Bool, capacity: Int = 1 << 14) -> [UInt8] {
    var writer = Self(pretty: pretty, capacity: capacity)
    writer.write(node, depth: 0)
    if pretty { writer.output.append(UInt8(ascii: "\n")) }
    return writer.output
  }

  private mutating func write(_ node: JSONNode, depth: Int) {
    switch node {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let flag): output.append(contentsOf: flag ? "true".utf8 : "false".utf8)
    case .integer(let number): Digits.append(number, to: &output)
    case .number(let number): Digits.append(number, to: &output)
    case .string(let text): write(text)
    case .integers(let numbers): writeList(numbers) { Digits.append(Int64($0), to: &$1) }
    case .numbers(let numbers): writeList(numbers) { Digits.append($0, to: &$1) }
    case .composite(let composite): write(composite, depth: depth)
    }
  }

  private mutating func writeList<Number>(
    _ numbers: [Number], _ append: (Number, inout [UInt8]) -> Void
  ) {
    output.append(UInt8(ascii: "["))
    var first = true
    for number in numbers {
      if !first { output.append(UInt8(ascii: ",")) }
      first = false
      append(number, &output)
    }
    output.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ composite: JSONNode.Composite, depth: Int) {
    switch composite.kind {
    case .empty: output.append(contentsOf: "{}".utf8)
    case .single:
      if let value = composite.values.first { write(value, depth: depth) }
    case .array:
      writeMembers(composite.values.indices, open: "[", close: "]", depth: depth) { writer, index in
        writer.write(composite.values[index], depth: depth + 1)
      }
    case .object:
      let order = composite.keys.indices.sorted { composite.keys[$0] < composite.keys[$1] }
      writeMembers(order, open: "{", close: "}", depth: depth) { writer, index in
        writer.write(composite.keys[index])
        writer.output.append(UInt8(ascii: ":"))
        if writer.pretty { writer.output.append(UInt8(ascii: " ")) }
        writer.write(composite.values[index], depth: depth + 1)
      }
    }
  }

  private mutating func writeMembers(
    _ indices: some Collection<Int>, open: Unicode.Scalar, close: Unicode.Scalar, depth: Int,
    _ member: (inout Self, Int) -> Void
  ) {
    output.append(UInt8(ascii: open))
    var first = true
    for index in indices {
      if !first { output.append(UInt8(ascii: ",")) }
      first = false
      breakLine(depth + 1)
      member(&self, index)
    }
    if !first { breakLine(depth) }
    output.append(UInt8(ascii: close))
  }

  private mutating func breakLine(_ depth: Int) {
    guard pretty else { return }
    output.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * depth) { output.append(UInt8(ascii: " ")) }
  }

  private mutating func write(_ text: String) {
    output.append(UInt8(ascii: "\""))
    let plain: Bool? = text.utf8.withContiguousStorageIfAvailable { bytes in
      guard bytes.allSatisfy(Self.isPlain) else { return false }
      output.append(contentsOf: bytes)
      return true
    }
    if plain != true {
      for scalar in text.unicodeScalars { write(scalar) }
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": output.append(contentsOf: "\\\"".utf8)
    case "\\": output.append(contentsOf: "\\\\".utf8)
    case "\n": output.append(contentsOf: "\\n".utf8)
    case "\r": output.append(contentsOf: "\\r".utf8)
    case "\t": output.append(contentsOf: "\\t".utf8)
    case " "..."~": output.append(UInt8(truncatingIfNeeded: scalar.value))
    default:
      if scalar.isInvisible {
        for unit in UTF16.encode(scalar) ?? .init() { writeEscape(unit) }
      } else {
        output.append(contentsOf: String(scalar).utf8)
      }
    }
  }

  private mutating func writeEscape(_ unit: UInt16) {
    output.append(contentsOf: "\\u".utf8)
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: (unit >> UInt16(shift)) & 15)
      output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}

extension Unicode.Scalar {
  /// Control, format, line- and paragraph-separating, private-use: what `String.madeVisible`
  /// spells out.
  var isInvisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: true
    default: false
    }
  }
}
