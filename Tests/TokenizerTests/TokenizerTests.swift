import Foundation
import Testing
import VisionTransformer

/// Reference values made with open_clip and ftfy.
enum Goldens {
  static let folder: String = {
    if let path = ProcessInfo.processInfo.environment["GOLDENS_DIR"] { return path }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent("../shared/goldens").standardized.path
  }()
  static let exist = FileManager.default.fileExists(atPath: folder + "/tokenizer.json")

  /// A file of `scripts/make-tokenizer-cases`.
  static let generated = ProcessInfo.processInfo.environment["TOKENIZER_CASES"]

  struct Case: Decodable, Sendable {
    var text: String
    var clean: String
    var ids: [Int]
    var truncated: Bool
  }

  struct File: Decodable {
    var context_length: Int
    var cases: [Case]
  }

  static func file() throws -> File {
    try JSONDecoder().decode(
      File.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/tokenizer.json")))
  }
}

@Suite("CLIP's tokenizer, as open_clip's", .enabled(if: Goldens.exist, "no goldens"))
struct TokenizerTests {
  @Test func everyStringIsCleanedAndEncodedAlike() throws {
    let tokenizer = try TextTokenizer(folder: Goldens.folder + "/tokenizer_files")
    #expect(tokenizer.vocabularySize == 49408)
    let file = try Goldens.file()
    #expect(file.cases.count == 200)
    for item in file.cases {
      // Compared as scalars: `==` of strings would take equivalent texts for equal.
      #expect(CodePoint.all(tokenizer.cleaned(item.text)) == CodePoint.all(item.clean))
      #expect(tokenizer.encode(item.text) == item.ids, "\(item.text)")
      let (ids, isTruncated) = tokenizer.tokens(item.text, context: file.context_length)
      #expect(isTruncated == item.truncated)
      var expected = Array(item.ids.prefix(file.context_length))
      if isTruncated { expected[file.context_length - 1] = item.ids[item.ids.count - 1] }
      expected += [Int](repeating: 0, count: file.context_length - expected.count)
      #expect(ids.map(Int.init) == expected)
    }
  }

  /// Where versions of Unicode differ (open_clip with Python 3.11 and regex 2026.11), and what
  /// ignoring case, surrogates and nested references make of a text: text, cleaned, tokens.
  @Test(
    arguments: [
      (
        [0x61, 0x209D, 0x20, 0x62, 0x208F], [0x61, 0x209D, 0x20, 0x62, 0x208F],
        [49406, 64, 5227, 507, 65, 5227, 493, 49407]
      ),
      (
        [0x78, 0xFE49, 0xFDBE], [0x78, 0xFE49, 0xFDBE],
        [49406, 343, 171, 117, 487, 171, 114, 378, 49407]
      ),
      (
        [0x18F12, 0x1DF6A], [0x18F12, 0x1DF6A], [49406, 172, 246, 120, 240, 6874, 121, 359, 49407]
      ),
      ([0xA7CC, 0x10A], [0xA7CC, 0x10B], [49406, 166, 253, 234, 128, 489, 49407]),
      (
        [0x11382, 0x113C9], [0x11382, 0x113C9],
        [49406, 172, 239, 236, 480, 172, 239, 237, 487, 49407]
      ),
      (
        [0x61, 0x295, 0x3A3, 0x20, 0x61, 0x3A3, 0x295],
        [0x61, 0x295, 0x3C2, 0x20, 0x61, 0x3C3, 0x295],
        [49406, 64, 134, 243, 139, 480, 64, 139, 225, 134, 499, 49407]
      ),
      (
        [0x61, 0x1171E, 0x3A3, 0x20, 0x61, 0x3A3, 0x1171E, 0x62],
        [0x61, 0x1171E, 0x3C2, 0x20, 0x61, 0x3C3, 0x1171E, 0x62],
        [49406, 320, 172, 239, 250, 508, 139, 480, 64, 139, 481, 172, 239, 250, 508, 321, 49407]
      ),
      (
        [0x61, 0x3A3, 0x345, 0x20, 0x3A3, 0x345, 0x62],
        [0x61, 0x3C2, 0x345, 0x20, 0x3C3, 0x345, 0x62], [49406, 64, 139, 480, 139, 481, 321, 49407]
      ),
      (
        [
          0x3C, 0x17F, 0x74, 0x61, 0x72, 0x74, 0x5F, 0x6F, 0x66, 0x5F, 0x74, 0x65, 0x78, 0x74, 0x3E,
          0x27, 0x17F,
        ],
        [
          0x3C, 0x17F, 0x74, 0x61, 0x72, 0x74, 0x5F, 0x6F, 0x66, 0x5F, 0x74, 0x65, 0x78, 0x74, 0x3E,
          0x27, 0x17F,
        ], [49406, 27, 129, 123, 16707, 62, 684, 62, 18169, 285, 6, 129, 379, 49407]
      ),
      (
        [0x31, 0x345, 0x20, 0x32, 0x2028, 0x345], [0x31, 0x345, 0x20, 0x32, 0x20, 0x345],
        [49406, 272, 273, 49407]
      ),
      (
        [
          0x26, 0x61, 0x6D, 0x70, 0x3B, 0x61, 0x6D, 0x70, 0x3B, 0x23, 0x78, 0x32, 0x36, 0x3B, 0x6C,
          0x74, 0x3B,
        ], [0x3C], [49406, 283, 49407]
      ),
      ([0xD83D, 0xDCA9, 0xD83D], [0x1F4A9, 0xFFFD], [49406, 48621, 39802, 49407]),
      (
        [0x49, 0x307, 0x130, 0x20, 0xFDFA], [0x69, 0x307, 0x69, 0x307, 0x20, 0xFDFA],
        [49406, 328, 16384, 328, 16384, 171, 115, 374, 49407]
      ),
      ([0x1B, 0x5B, 0x663, 0x6D, 0x1B, 0x5B, 0x33, 0x31, 0x6D], [], [49406, 49407]),
    ] as [([UInt32], [UInt32], [Int])])
  func rarities(text: [UInt32], clean: [UInt32], ids: [Int]) throws {
    let tokenizer = try TextTokenizer(folder: Goldens.folder + "/tokenizer_files")
    #expect(tokenizer.cleaned(codes: text) == clean)
    #expect(tokenizer.encode(codes: text) == ids)
  }

  @Test func theThreeFormsOfAVocabularyAreOne() throws {
    let source = Goldens.folder + "/tokenizer_files"
    let folder = FileManager.default.temporaryDirectory.appending(path: "tokenizer-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let merges = try String(contentsOfFile: source + "/merges.txt", encoding: .utf8)
    let listFolder = folder.appending(path: "list")
    let jsonFolder = folder.appending(path: "json")
    for place in [listFolder, jsonFolder] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    // open_clip's list goes on after the merges that CLIP uses.
    let list = merges.replacing("#version: 0.2", with: "\"bpe_simple_vocab_16e6.txt#version: 0.2")
    try Data((list + "zz zz\n").utf8)
      .write(to: listFolder.appending(path: "bpe_simple_vocab_16e6.txt"))
    let vocabulary = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: source + "/vocab.json")))
    let pairs = merges.split(separator: "\n").dropFirst().map {
      $0.split(separator: " ").map(String.init)
    }
    try JSONSerialization.data(withJSONObject: [
      "added_tokens": [["id": 49406, "content": "<|startoftext|>"]],
      "model": [
        "type": "BPE", "end_of_word_suffix": "</w>", "vocab": vocabulary, "merges": pairs,
      ],
    ]).write(to: jsonFolder.appending(path: "tokenizer.json"))
    let tokenizers = try [source, listFolder.path, jsonFolder.path].map {
      try TextTokenizer(folder: $0)
    }
    for item in try Goldens.file().cases {
      for tokenizer in tokenizers { #expect(tokenizer.encode(item.text) == item.ids) }
    }
  }
}

@Suite("Text repair") struct TextRepairTests {
  private func repaired(_ codes: [UInt32]) -> String { CodePoint.string(TextRepair.repair(codes)) }

  @Test(arguments: [
    ("âœ” No problems", "✔ No problems"), ("&macr;\\_(ã\u{83}\u{84})_/&macr;", "¯\\_(ツ)_/¯"),
    ("Broken text&hellip; it&#x2019;s ﬂubberiﬁc!", "Broken text… it's flubberific!"),
    ("ＬＯＵＤ　ＮＯＩＳＥＳ", "LOUD NOISES"), ("voilÃ le travail", "voilà le travail"),
    ("P&EACUTE;REZ", "PÉREZ"), ("BUNDESSTRA&SZLIG;E", "BUNDESSTRASSE"),
    ("&ntilde; &Ntilde; &NTILDE; &nTILDE;", "ñ Ñ Ñ &nTILDE;"),
    ("<b>&amp;</b>", "<b>&amp;</b>"), ("Ｕﾀｰﾝ", "Uターン"), ("\u{1B}[36;44mblue\u{1B}[0m", "blue"),
    ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"), ("\u{FEFF}x\u{7F}", "x"), ("e\u{301}", "é"),
  ])
  func examples(text: String, expected: String) {
    #expect(CodePoint.all(repaired(CodePoint.all(text))) == CodePoint.all(expected))
  }

  @Test func surrogatesBecomeTheirCharacterOrAReplacement() {
    #expect(repaired([0xD83D, 0xDCA9]) == "💩")
    #expect(repaired([0xDCA9, 0xD83D]) == "\u{FFFD}\u{FFFD}")
  }

  /// Nothing that a text can hold stops the repair.
  @Test func noiseIsSurvived() {
    var state: UInt64 = 1
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    let alphabets: [[UInt32]] = [
      Array(0x80...0xFF), Array(0..<0x80), Array(0xD7F0...0xE010), CodePoint.all("â€œ™ÃÂ &#;x<"),
    ]
    for _ in 0..<2000 {
      let codes = (0..<random(40)).map { _ in
        let alphabet = alphabets[random(alphabets.count)]
        return alphabet[random(alphabet.count)]
      }
      let once = TextRepair.repair(codes)
      #expect(!once.contains { (0xD800...0xDFFF).contains($0) })
    }
  }
}

@Suite("Vocabulary files") struct VocabularyTests {
  @Test(arguments: [
    ["vocab.json": "{\"a\":0", "merges.txt": "#version: 0.2\n"],
    ["vocab.json": "[]", "merges.txt": ""],
    ["vocab.json": "{\"a\":0.5}", "merges.txt": ""],
    ["vocab.json": "{\"a\":99999999999}", "merges.txt": ""],
    ["vocab.json": "{\"a\":0}", "merges.txt": "#version: 0.2\na b c\n"],
    ["tokenizer.json": "{}"],
    ["tokenizer.json": "{\"model\":{\"type\":\"WordPiece\"}}"],
    ["bpe_simple_vocab_16e6.txt": "\"bpe\na b\nq \u{301}\n"],
    [:],
  ])
  func damageIsATypedError(files: [String: String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "vocabulary-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    #expect(throws: EncoderError.self) { try TextTokenizer(folder: folder.path) }
  }
}
