import Glibc

extension BytePairVocabulary {
  /// The longest vocabulary file in bytes.
  static let maximumFileSize = 64 << 20
  /// The merges of CLIP's vocabulary; open_clip's list goes on after them.
  private static let clipMerges = 49152 - 256 - 2

  /// Reads the vocabulary of the model in `folder`: `vocab.json` with `merges.txt`,
  /// `tokenizer.json`, or open_clip's list of merges, unpacked.
  init(folder: String) throws(EncoderError) {
    if let tokens = try Self.read("vocab.json", in: folder),
      let merges = try Self.read("merges.txt", in: folder)
    {
      try self.init(
        tokens: Self.tokens(Self.json(tokens, "vocab.json"), "vocab.json"),
        pairs: Self.lines(merges, "merges.txt"), file: "vocab.json")
    } else if let bytes = try Self.read("tokenizer.json", in: folder) {
      try self.init(tokenizer: Self.json(bytes, "tokenizer.json"))
    } else if let merges = try Self.read("bpe_simple_vocab_16e6.txt", in: folder) {
      let pairs = try Self.lines(merges, "bpe_simple_vocab_16e6.txt", limit: Self.clipMerges)
      let letters = Self.numberedCharacters.map(String.init)
      let names =
        letters + letters.map { $0 + "</w>" } + pairs.map { $0.0 + $0.1 }
        + ["<start_of_text>", "<end_of_text>"]
      try self.init(
        tokens: Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 }),
        pairs: pairs, file: "bpe_simple_vocab_16e6.txt")
    } else {
      throw .unreadable(
        path: folder,
        detail: "holds no vocabulary: neither vocab.json with merges.txt, tokenizer.json nor "
          + "bpe_simple_vocab_16e6.txt")
    }
  }

  /// `tokenizer.json` of Hugging Face's tokenizers.
  private init(tokenizer: JSONValue) throws(EncoderError) {
    let file = "tokenizer.json"
    guard case .object(let root) = tokenizer, case .object(let model)? = root["model"],
      case .string("BPE")? = model["type"], case .string("</w>")? = model["end_of_word_suffix"],
      let vocabulary = model["vocab"], case .array(let merges)? = model["merges"]
    else {
      throw .configuration(key: file, detail: "is no byte pair encoding with </w>, as CLIP's is")
    }
    var tokens = try Self.tokens(vocabulary, file)
    if case .array(let added)? = root["added_tokens"] {
      for token in added {
        guard case .object(let members) = token, case .string(let name)? = members["content"],
          case .number(let id)? = members["id"], let number = Int(exactly: id)
        else { throw .configuration(key: file, detail: "has an added token without a number") }
        tokens[name] = number
      }
    }
    var pairs = [(String, String)]()
    for merge in merges {
      switch merge {
      case .string(let line): pairs.append(try Self.pair(line, file))
      case .array(let parts):
        guard parts.count == 2, case .string(let left) = parts[0],
          case .string(let right) = parts[1]
        else { throw .configuration(key: file, detail: "has a merge that is no pair") }
        pairs.append((left, right))
      default: throw .configuration(key: file, detail: "has a merge that is no pair")
      }
    }
    try self.init(tokens: tokens, pairs: pairs, file: file)
  }

  private static func json(_ bytes: [UInt8], _ file: String) throws(EncoderError) -> JSONValue {
    do throws(JSONValue.Malformed) { return try JSONValue(parsing: bytes) } catch {
      throw .configuration(
        key: file, detail: "expected \(error.expected) at byte \(error.position)")
    }
  }

  private static func tokens(
    _ value: JSONValue, _ file: String
  ) throws(EncoderError) -> [String: Int] {
    guard case .object(let members) = value else {
      throw .configuration(key: file, detail: "is no object of tokens")
    }
    var tokens = [String: Int](minimumCapacity: members.count)
    for (name, value) in members {
      guard case .number(let id) = value, let number = Int(exactly: id) else {
        throw .configuration(key: file, detail: "token \(name) has no number")
      }
      tokens[name] = number
    }
    return tokens
  }

  /// A heading, then a pair a line; empty lines are passed over.
  private static func lines(
    _ bytes: [UInt8], _ file: String, limit: Int = .max
  ) throws(EncoderError) -> [(String, String)] {
    var lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: true) { $0.isNewline }[...]
    // The list of open_clip begins with its file's name, those of the hub with a version.
    if let first = lines.first, first.hasPrefix("#version") || first.hasPrefix("\"") {
      lines.removeFirst()
    }
    var pairs = [(String, String)]()
    for line in lines.prefix(limit) { pairs.append(try pair(String(line), file)) }
    return pairs
  }

  private static func pair(
    _ line: String, _ file: String
  ) throws(EncoderError) -> (String, String) {
    let parts = line.split(separator: " ")
    guard parts.count == 2 else {
      throw .configuration(key: file, detail: "has the line \"\(line)\", which is no pair")
    }
    return (String(parts[0]), String(parts[1]))
  }

  /// A file of the folder; `nil` where there is none.
  private static func read(_ name: String, in folder: String) throws(EncoderError) -> [UInt8]? {
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .unreadable(path: path, detail: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, detail: "is no regular file")
    }
    guard status.st_size <= maximumFileSize else {
      throw .unreadable(path: path, detail: "is longer than \(maximumFileSize) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw .unreadable(path: path, detail: got < 0 ? String(cString: strerror(errno)) : "shrank")
      }
      count += got
    }
    return bytes
  }
}
