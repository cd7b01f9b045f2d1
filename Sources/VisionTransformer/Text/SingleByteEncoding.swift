/// An encoding of one byte a character, with which text may have been decoded by mistake.
///
/// "Sloppy" in the sense of ftfy: a byte that the standard gives no meaning stands for the control
/// character of Latin-1, and 0x1A for U+FFFD.
struct SingleByteEncoding: Sendable {
  let name: String
  let isSloppy: Bool
  private let characters: [UInt32]
  private let bytes: [UInt32: UInt8]

  /// In the order in which repairs are tried.
  static let all: [SingleByteEncoding] =
    [SingleByteEncoding("latin-1", sloppy: false)]
    + ["1252", "1251", "1250", "1253", "1254", "1257"].map {
      SingleByteEncoding("windows-\($0)", sloppy: true)
    }
    + ["iso-8859-2", "macroman", "cp437"].map { SingleByteEncoding($0, sloppy: false) }

  static let windows1252 = all[1]

  private init(_ name: String, sloppy: Bool) {
    self.name = name
    isSloppy = sloppy
    let upper = Self.tables[name].map { table in
      table.split(whereSeparator: \.isWhitespace).compactMap { UInt32($0, radix: 16) }
    }
    var characters = Array(0..<UInt32(0x80)) + (upper ?? Array(0x80...0xFF))
    if sloppy { characters[0x1A] = 0xFFFD }
    self.characters = characters
    bytes = Dictionary(
      characters.enumerated().map { ($0.element, UInt8($0.offset)) }, uniquingKeysWith: { $1 })
  }

  func character(_ byte: UInt8) -> UInt32 { characters[Int(byte)] }

  /// The bytes of a text, as code points below 256; `nil` where a character has none.
  func encode(_ text: [UInt32]) -> [UInt32]? {
    var result = [UInt32]()
    result.reserveCapacity(text.count)
    for code in text {
      guard let byte = bytes[code] else { return nil }
      result.append(UInt32(byte))
    }
    return result
  }
}
