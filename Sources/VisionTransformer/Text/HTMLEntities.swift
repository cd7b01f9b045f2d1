/// Character references of HTML, decoded as Python's `html.unescape` and as ftfy do.
enum HTMLEntities {
  /// By name: with the semicolon, and without it where HTML allows for that.
  private static let named: [[UInt32]: [UInt32]] = {
    var result = [[UInt32]: [UInt32]]()
    for entry in table.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: "=")
      guard parts.count == 2 else { continue }
      let codes = parts[1].split(separator: "+").compactMap { UInt32($0, radix: 16) }
      let name = CodePoint.all(String(parts[0].filter { $0 != "*" }))
      result[name + [0x3B]] = codes
      if parts[0].hasSuffix("*") { result[name] = codes }
    }
    return result
  }()

  /// Names in capitals that ftfy decodes as well, such as `NTILDE;`, where they mean nothing else.
  private static let capitals: [[UInt32]: [UInt32]] = {
    var result = [[UInt32]: [UInt32]]()
    for (name, codes) in named where name.last == 0x3B {
      let text = CodePoint.string(name)
      let upper = CodePoint.all(text.uppercased())
      guard text == text.lowercased(), upper != name,
        unescape([0x26] + upper) == [0x26] + upper
      else { continue }
      result[upper] = CodePoint.all(CodePoint.string(codes).uppercased())
    }
    return result
  }()

  /// `html.unescape`: every reference, with or without a semicolon, the longest name first.
  static func unescape(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var place = 0
    while place < text.count {
      if text[place] == 0x26, let (codes, length) = reference(text[(place + 1)...]) {
        result += codes
        place += 1 + length
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return result
  }

  /// ftfy's `unescape_html`: references that end in a semicolon, and names in capitals.
  static func unescapeUnambiguous(_ text: [UInt32]) -> [UInt32] {
    var result = [UInt32]()
    var place = 0
    while place < text.count {
      guard text[place] == 0x26, let length = candidate(text[(place + 1)...]) else {
        result.append(text[place])
        place += 1
        continue
      }
      let body = Array(text[(place + 1)..<(place + 1 + length)])
      if let codes = named[body] ?? capitals[body] {
        result += codes
      } else if body.first == 0x23 {
        let decoded = unescape([0x26] + body)
        result += decoded.contains(0x3B) ? [0x26] + body : decoded
      } else {
        result += [0x26] + body
      }
      place += 1 + length
    }
    return result
  }

  /// The length of `#?[0-9A-Za-z]{1,24};`.
  private static func candidate(_ rest: ArraySlice<UInt32>) -> Int? {
    let hash = rest.first == 0x23 ? 1 : 0
    let letters = rest.dropFirst(hash).prefix(25).prefix {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
    }.count
    let after = rest.startIndex + hash + letters
    guard (1...24).contains(letters), after < rest.endIndex, rest[after] == 0x3B else { return nil }
    return hash + letters + 1
  }

  /// What stands after an ampersand: its characters and how much of the text they replace.
  private static func reference(_ rest: ArraySlice<UInt32>) -> ([UInt32], Int)? {
    if rest.first == 0x23 { return number(rest) }
    let stops: Set<UInt32> = [0x09, 0x0A, 0x0C, 0x20, 0x3C, 0x26, 0x23, 0x3B]
    var name = Array(rest.prefix(32).prefix { !stops.contains($0) })
    guard !name.isEmpty else { return nil }
    let end = rest.startIndex + name.count
    if end < rest.endIndex, rest[end] == 0x3B { name.append(0x3B) }
    if let codes = named[name] { return (codes, name.count) }
    for length in stride(from: name.count - 1, to: 1, by: -1) {
      if let codes = named[Array(name[..<length])] { return (codes, length) }
    }
    return nil
  }

  /// `#[0-9]+;?` and `#[xX][0-9a-fA-F]+;?`. Python's `\d` is not meant here: ASCII only.
  private static func number(_ rest: ArraySlice<UInt32>) -> ([UInt32], Int)? {
    let isHex = rest.dropFirst().first.map { $0 == 0x78 || $0 == 0x58 } ?? false
    let prefix = isHex ? 2 : 1
    let digits = rest.dropFirst(prefix).prefix { digit($0, isHex) != nil }
    guard !digits.isEmpty else { return nil }
    var value: UInt32 = 0
    for code in digits {
      value = min(value * (isHex ? 16 : 10) + (digit(code, isHex) ?? 0), 0x110000)
    }
    var length = prefix + digits.count
    if digits.endIndex < rest.endIndex, rest[digits.endIndex] == 0x3B { length += 1 }
    return (character(value), length)
  }

  private static func digit(_ code: UInt32, _ isHex: Bool) -> UInt32? {
    switch code {
    case 0x30...0x39: code - 0x30
    case 0x41...0x46 where isHex: code - 0x37
    case 0x61...0x66 where isHex: code - 0x57
    default: nil
    }
  }

  /// The character of a number, with the replacements that HTML prescribes.
  private static func character(_ value: UInt32) -> [UInt32] {
    switch value {
    case 0, 0xD800...0xDFFF, 0x110000...: [0xFFFD]
    case 0x0D: [0x0D]
    case 0x80...0x9F: [SingleByteEncoding.windows1252.character(UInt8(value))]
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: []
    case _ where value & 0xFFFE == 0xFFFE: []
    default: [value]
    }
  }
}
