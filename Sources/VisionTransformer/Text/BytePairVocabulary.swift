/// The tokens and merges of CLIP's byte pair encoding, by number.
struct BytePairVocabulary: Sendable {
  /// What two neighbouring tokens become, and how early.
  struct Merge: Sendable {
    var rank: Int
    var result: Int32
  }

  /// The token of each byte within a word, and of each byte that ends one.
  let bytes: [Int32]
  let lastBytes: [Int32]
  let start: Int32
  let end: Int32
  /// One more than the highest token.
  let count: Int
  private let merges: [UInt64: Merge]

  /// The most tokens a vocabulary may have.
  static let maximumCount = 1 << 20

  func merge(_ left: Int32, _ right: Int32) -> Merge? { merges[Self.key(left, right)] }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// - Parameters:
  ///   - tokens: the numbers of the tokens, words' ends marked with `</w>`.
  ///   - pairs: the merges, the earliest first.
  ///   - file: for errors.
  init(
    tokens: [String: Int], pairs: [(String, String)], file: String
  ) throws(EncoderError) {
    func number(_ names: [String]) throws(EncoderError) -> Int32 {
      for name in names {
        if let id = tokens[name] { return Int32(id) }
      }
      throw .configuration(key: file, detail: "has no token \(names[0])")
    }
    guard tokens.count <= Self.maximumCount,
      tokens.values.allSatisfy({ (0..<Self.maximumCount).contains($0) })
    else {
      throw .configuration(
        key: file, detail: "has tokens beyond the \(Self.maximumCount) that are possible")
    }
    var bytes = [Int32]()
    var lastBytes = [Int32]()
    for character in Self.byteCharacters {
      bytes.append(try number([String(character)]))
      lastBytes.append(try number(["\(character)</w>"]))
    }
    self.bytes = bytes
    self.lastBytes = lastBytes
    start = try number(["<|startoftext|>", "<start_of_text>"])
    end = try number(["<|endoftext|>", "<end_of_text>"])
    count = (tokens.values.max() ?? 0) + 1
    var merges = [UInt64: Merge](minimumCapacity: pairs.count)
    for (rank, pair) in pairs.enumerated() {
      let key = Self.key(try number([pair.0]), try number([pair.1]))
      // The first of two equal merges counts.
      guard merges[key] == nil else { continue }
      merges[key] = Merge(rank: rank, result: try number([pair.0 + pair.1]))
    }
    self.merges = merges
  }

  /// Bytes as printable characters, in the order of the bytes: those of Latin-1 that print stand
  /// for themselves, the others follow from U+0100 on.
  static let byteCharacters: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).compactMap { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        next += 1
        return Unicode.Scalar(next - 1)
      }
    }
  }()

  /// The order in which open_clip numbers the bytes: those that print first.
  static var numberedCharacters: [Unicode.Scalar] { byteCharacters.sorted() }
}
