import Glibc
import ImageCodecs
import VisionTransformer

/// A process from its start to the first embedding, and its memory, as an examiner has them.
enum StartUp {
  /// Loads the model of `folder`, encodes `picture`, answers `embedded` and the user and system
  /// seconds so far; then answers each line of input with its memory.
  static func run(
    folder: String, arithmetic: Arithmetic, threads: Int, cache: String, picture: String
  ) throws {
    let model = try EncoderModel.load(folder)
    let encoder = try VisionEncoder(model, arithmetic: arithmetic, threads: threads, cache: cache)
    let image = try ImageDecoder.decodeStored(bytes(picture))
    let features = try encoder.embed([image])
    EncoderBenchmark.answer(
      "embedded \(cpuSeconds()) \(encoder.arithmetic.rawValue) "
        + "\(encoder.sharesWeights ? "mapped" : "own") \(features[0].count)")
    while readLine() != nil { EncoderBenchmark.answer(memory()) }
  }

  private static func bytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&part, 1, part.count, file), count > 0 { all += part[..<count] }
    return all
  }

  /// In KiB, from smaps: Rss and Pss of everything, then Rss and Pss of the mapped weights (the
  /// model's file and its packed copy).
  static func memory() -> String {
    var sums = [0, 0, 0, 0]
    var weights = false
    guard let file = fopen("/proc/self/smaps", "r") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, 4096, file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let words = text.split(whereSeparator: \.isWhitespace)
      guard let key = words.first else { continue }
      if !key.hasSuffix(":") {
        weights = text.contains(".packed") || text.contains(".safetensors")
      }
      let value = words.count > 1 ? Int(words[1]) ?? 0 : 0
      for (place, name) in ["Rss:", "Pss:"].enumerated() where key == name {
        sums[place] += value
        if weights { sums[2 + place] += value }
      }
    }
    return sums.map { "\($0)" }.joined(separator: " ")
  }
}
