/// Walks through the characters of a sidecar file (TOML 1.0: comments, keys, strings).
struct SidecarScanner {
  private let scalars: [Unicode.Scalar]
  private let name: String
  private var place = 0
  /// From 1.
  private(set) var line = 1

  init(scalars: [Unicode.Scalar], name: String) {
    self.scalars = scalars
    self.name = name
  }

  func problem(
    _ code: String, _ what: String, _ mend: String, line: Int? = nil
  ) -> Sidecar.Problem {
    let line = line ?? self.line
    return Sidecar.Problem(
      code: code, message: "\(name), line \(line): \(what)", mend: mend, line: line)
  }

  private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  private func follows(_ text: String) -> Bool {
    place + text.unicodeScalars.count <= scalars.count
      && text.unicodeScalars.elementsEqual(scalars[place..<(place + text.unicodeScalars.count)])
  }

  private mutating func skip(_ text: String) -> Bool {
    guard follows(text) else { return false }
    place += text.unicodeScalars.count
    return true
  }

  private mutating func skipSpaces() {
    while let scalar = next, scalar == " " || scalar == "\t" { place += 1 }
  }

  private mutating func skipNewline() -> Bool {
    guard skip("\n") || skip("\r\n") else { return false }
    line += 1
    return true
  }

  /// Goes to the next line that says something; false at the end.
  mutating func skipToStatement() throws(Sidecar.Problem) -> Bool {
    repeat {
      skipSpaces()
      try skipComment()
    } while skipNewline()
    return next != nil
  }

  private mutating func skipComment() throws(Sidecar.Problem) {
    guard next == "#" else { return }
    while let scalar = next, scalar != "\n", !follows("\r\n") {
      try refuseControl(scalar)
      place += 1
    }
  }

  private func refuseControl(_ scalar: Unicode.Scalar) throws(Sidecar.Problem) {
    guard scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F else { return }
    throw problem(
      "sidecar.syntax", "it holds a control character",
      "Write it as \\u00XX within double quotes, or leave it out.")
  }

  /// A key and the equals sign behind it.
  mutating func key() throws(Sidecar.Problem) -> String {
    var key = String.UnicodeScalarView()
    if next == "[" {
      throw problem("sidecar.syntax", "tables are not used here", Self.layout)
    } else if next == "\"" || next == "'" {
      key = try string(allowsLines: false)
    } else {
      while let scalar = next, Self.isBare(scalar) {
        key.append(scalar)
        place += 1
      }
      if key.isEmpty { throw problem("sidecar.syntax", "here a key is expected", Self.layout) }
    }
    skipSpaces()
    guard skip("=") else {
      throw problem("sidecar.syntax", "behind a key an equals sign is expected", Self.layout)
    }
    skipSpaces()
    return String(key)
  }

  private static let layout =
    "Write lines such as  case = \"2026/114\"  with the keys case, exhibit, examiner, remark."

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }

  /// The text behind `key =`, and the rest of its line.
  mutating func value(of key: String) throws(Sidecar.Problem) -> String {
    guard next == "\"" || next == "'" else {
      throw problem(
        "sidecar.type", "the value of \"\(key)\" is no text", "Put it between double quotes.")
    }
    let text = try string(allowsLines: true)
    skipSpaces()
    try skipComment()
    guard next == nil || skipNewline() else {
      throw problem(
        "sidecar.syntax", "something follows the value of \"\(key)\"",
        "Give each field a line of its own; write a quote within a text as \\\".")
    }
    return String(text)
  }

  private mutating func string(
    allowsLines: Bool
  ) throws(Sidecar.Problem) -> String.UnicodeScalarView {
    let quote = next == "'" ? "'" : "\""
    let begin = line
    let isLong = allowsLines && skip(quote + quote + quote)
    if isLong { _ = skipNewline() } else { _ = skip(quote) }
    var text = String.UnicodeScalarView()
    while let scalar = next {
      if isLong && follows(quote + quote + quote) {
        place += 3
        // Up to two quotes may stand right before the closing ones.
        for _ in 0..<2 where skip(quote) { text.append(contentsOf: quote.unicodeScalars) }
        return text
      }
      if !isLong && skip(quote) { return text }
      let isEnd = scalar == "\n" || follows("\r\n")
      if isEnd && !isLong { break }
      if isEnd {
        _ = skipNewline()
        text.append("\n")
      } else if quote == "\"" && scalar == "\\" {
        if let escaped = try escape(isLong: isLong) { text.append(escaped) }
      } else {
        try refuseControl(scalar)
        text.append(scalar)
        place += 1
      }
    }
    throw problem(
      "sidecar.syntax", "a text begins here and does not end",
      "Close it with the quotes it begins with; a text of several lines has three on each side.",
      line: begin)
  }

  /// What a backslash stands for; `nil` for one that joins two lines.
  private mutating func escape(isLong: Bool) throws(Sidecar.Problem) -> Unicode.Scalar? {
    place += 1
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
    ]
    if let scalar = next, let meaning = plain[scalar] {
      place += 1
      return meaning
    }
    for (letter, count) in [("u", 4), ("U", 8)] where follows(letter) {
      let digits = String(String.UnicodeScalarView(scalars[(place + 1)...].prefix(count)))
      if digits.unicodeScalars.count == count, digits.utf8.allSatisfy(Self.isHexadecimal),
        let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
      {
        place += 1 + count
        return scalar
      }
    }
    if isLong, skipLineJoin() { return nil }
    throw problem(
      "sidecar.syntax", "a backslash stands before something that it does not go with",
      "Write a backslash twice, or put the text between single quotes.")
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }

  /// A backslash at the end of a line takes all white space up to the next word away.
  private mutating func skipLineJoin() -> Bool {
    let start = place
    skipSpaces()
    guard skipNewline() else {
      place = start
      return false
    }
    repeat { skipSpaces() } while skipNewline()
    return true
  }
}
