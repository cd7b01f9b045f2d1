import Foundation
import Safetensors
import Testing

@Suite struct MutationTests {
  static let sample = SafetensorsWriter.encode(
    [
      "blocks.0.weight": TensorValue([Float](repeating: 1.5, count: 24), shape: [2, 3, 4]),
      "blocks.0.bias": TensorValue([1.0, 2.0]), "index": TensorValue([7], shape: []),
      "half": TensorValue(halves: [1, 2, 3]), "flags": TensorValue([UInt8](0..<5)),
    ], metadata: ["format": "pt", "note": "a \"quoted\" line\n"])

  /// Touches every byte that an accepted file promises.
  static func readAll(_ file: SafetensorsFile) throws {
    _ = file.metadata
    for name in file.names {
      let tensor = try file.tensor(name)
      #expect(tensor.shape.reduce(1, *) == tensor.count)
      _ = tensor.withUnsafeBytes { $0.reduce(0) { $0 &+ Int($1) } }
      _ = try? tensor.floats()
    }
  }

  @Test(arguments: 0..<10)
  func tenThousandMutationsGiveErrorsOrSoundFiles(seed: Int) throws {
    var random = TestRandom(state: UInt64(seed) &* 7919 &+ 1)
    let headerEnd = 8 + Int(Self.sample[0]) + Int(Self.sample[1]) << 8
    let spice = Array(#"{}[]",:\0123456789eEu-. F32"#.utf8)
    var refused = 0
    for _ in 0..<1000 {
      var bytes = Self.sample
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<headerEnd, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place % bytes.count] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place % bytes.count] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[place % bytes.count] = spice.randomElement(using: &random) ?? 0
        case 3: bytes.insert(spice.randomElement(using: &random) ?? 0, at: min(place, bytes.count))
        case 4: bytes.remove(at: place % bytes.count)
        default:
          let other = Int.random(in: 0..<headerEnd, using: &random)
          let length = min(
            Int.random(in: 1...40, using: &random), bytes.count - other % bytes.count)
          let piece = Array(bytes[other % bytes.count..<other % bytes.count + length])
          bytes.insert(contentsOf: piece, at: min(place, bytes.count))
        }
      }
      do throws(SafetensorsError) {
        let file = try SafetensorsFile(bytes: bytes)
        #expect(throws: Never.self) { try Self.readAll(file) }
      } catch { refused += 1 }
    }
    #expect(refused > 800)
  }

  @Test func everyTruncationIsRefused() {
    for length in 0..<Self.sample.count { #expect(refusal(Array(Self.sample[..<length])) != nil) }
    #expect(refusal(Self.sample + [0]) == .badOffsets)
  }

  @Test func truncatedFilesOnDiskAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/t.safetensors"
      for length in stride(from: 0, to: Self.sample.count, by: 37) {
        try Data(Self.sample[..<length]).write(to: URL(fileURLWithPath: path))
        #expect(throws: SafetensorsError.self) { try SafetensorsFile.open(path) }
      }
    }
  }

  /// A header of as many tiny tensors as are allowed is the most that can be asked of the heap.
  @Test func allocatesNoMoreThanTheFileAndOneMebibyte() throws {
    let entries = (0..<SafetensorsFile.maximumTensorCount).map {
      "\"\(String($0, radix: 36))\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[\($0),\($0 + 1)]}"
    }
    let header = "{" + entries.joined(separator: ",") + "}"
    let bytes = file(header, data: [UInt8](repeating: 0, count: entries.count))
    try withTemporaryFolder { folder in
      let path = folder + "/many.safetensors"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      // "5" resets the high-water mark of resident memory: proc_pid_clear_refs(5).
      guard let control = fopen("/proc/self/clear_refs", "w") else { return }
      fputs("5", control)
      fclose(control)
      let before = memory("VmRSS:")
      let opened = try SafetensorsFile.open(path)
      let after = memory("VmHWM:")
      #expect(opened.count == entries.count)
      // Resident pages of the mapping count as well, hence twice the file.
      #expect(after - before <= 2 * bytes.count + 1 << 20)
    }
  }

  private func memory(_ key: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) * 1024
  }
}

/// Models in shards: the index is as hostile as a header.
@Suite struct ShardMutationTests {
  private static func write(_ bytes: some Sequence<UInt8>, _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test(arguments: 0..<4)
  func mutatedIndexesAndShardsGiveErrorsOrSoundModels(seed: Int) throws {
    let first = SafetensorsWriter.encode(["a": TensorValue([Float](repeating: 1, count: 6))])
    let second = SafetensorsWriter.encode(["b": TensorValue([1.0, 2.0]), "c": TensorValue([3])])
    let index = Array(
      #"{"metadata":{"total_size":48},"weight_map":{"a":"1.safetensors","b":"2.safetensors","c":"2.safetensors"}}"#
        .utf8)
    let spice = Array(#"{}[]",:\./0123456789abc"#.utf8)
    var random = TestRandom(state: UInt64(seed) &* 104_729 &+ 3)
    try withTemporaryFolder { folder in
      let place = folder + "/model.safetensors.index.json"
      var refused = 0
      for _ in 0..<500 {
        var parts = [index, first, second]
        let chosen = Int.random(in: 0..<4, using: &random) % 3
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let at = Int.random(in: 0..<min(parts[chosen].count, 160), using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: parts[chosen][at] = spice.randomElement(using: &random) ?? 0
          case 1: parts[chosen].insert(spice.randomElement(using: &random) ?? 0, at: at)
          case 2: parts[chosen].remove(at: at)
          default: parts[chosen].removeSubrange(at...)
          }
          if parts[chosen].isEmpty { parts[chosen] = [0] }
        }
        try Self.write(parts[0], place)
        try Self.write(parts[1], folder + "/1.safetensors")
        try Self.write(parts[2], folder + "/2.safetensors")
        do throws(SafetensorsError) {
          let model = try SafetensorsModel.open(folder)
          for name in model.names { #expect(throws: Never.self) { try model.tensor(name) } }
        } catch { refused += 1 }
      }
      #expect(refused > 300)
    }
  }
}
