/// CLIP's tokenizer: a text, cleaned as CLIP's training texts were, as numbers of tokens.
///
/// The contract is open_clip's `SimpleTokenizer` with `clean="lower"` (3.3), ftfy included.
public struct TextTokenizer: Sendable {
  private let vocabulary: BytePairVocabulary

  /// Reads the vocabulary in a model's folder: `vocab.json` with `merges.txt`, `tokenizer.json`,
  /// or open_clip's `bpe_simple_vocab_16e6.txt` (unpacked).
  public init(folder: String) throws(EncoderError) {
    vocabulary = try BytePairVocabulary(folder: folder)
  }

  /// One more than the highest token.
  public var vocabularySize: Int { vocabulary.count }

  /// The text as it is encoded: encoding mistakes undone, character references decoded, white
  /// space collapsed, lower case.
  public func cleaned(_ text: String) -> String {
    CodePoint.string(TextCleaning.clean(CodePoint.all(text)))
  }

  /// The same for code points, among which lone surrogates may be.
  package func cleaned(codes: [UInt32]) -> [UInt32] { TextCleaning.clean(codes) }

  /// All tokens of a text, between the start's and the end's.
  public func encode(_ text: String) -> [Int] { encode(codes: CodePoint.all(text)) }

  package func encode(codes: [UInt32]) -> [Int] {
    ([vocabulary.start] + body(codes) + [vocabulary.end]).map(Int.init)
  }

  /// The input of a text tower of `context` places: zeros after the end token; of a longer text
  /// the beginning, with the end token in the last place.
  public func tokens(_ text: String, context: Int = 77) -> (ids: [Int32], isTruncated: Bool) {
    var ids = [vocabulary.start] + body(CodePoint.all(text)) + [vocabulary.end]
    let isTruncated = ids.count > context
    if isTruncated {
      ids.removeSubrange(context...)
      if context > 0 { ids[context - 1] = vocabulary.end }
    }
    return (ids + [Int32](repeating: 0, count: context - ids.count), isTruncated)
  }

  private func body(_ text: [UInt32]) -> [Int32] {
    WordPattern.words(TextCleaning.clean(text)).flatMap(encode(word:))
  }

  /// Merges neighbouring tokens, the earliest merge first, until none is left.
  private func encode(word: ArraySlice<UInt32>) -> [Int32] {
    if word.elementsEqual(WordPattern.specials[0]) { return [vocabulary.start] }
    if word.elementsEqual(WordPattern.specials[1]) { return [vocabulary.end] }
    let bytes = Array(CodePoint.string(word).utf8)
    guard let last = bytes.last else { return [] }
    var ids = bytes.dropLast().map { vocabulary.bytes[Int($0)] }
    ids.append(vocabulary.lastBytes[Int(last)])
    while ids.count > 1 {
      var best: (rank: Int, left: Int32, right: Int32, result: Int32)?
      for place in 1..<ids.count {
        guard let merge = vocabulary.merge(ids[place - 1], ids[place]),
          merge.rank < best?.rank ?? .max
        else { continue }
        best = (merge.rank, ids[place - 1], ids[place], merge.result)
      }
      guard let best else { break }
      var merged = [Int32]()
      merged.reserveCapacity(ids.count)
      var place = 0
      while place < ids.count {
        if ids[place] == best.left, place + 1 < ids.count, ids[place + 1] == best.right {
          merged.append(best.result)
          place += 2
        } else {
          merged.append(ids[place])
          place += 1
        }
      }
      ids = merged
    }
    return ids
  }
}
