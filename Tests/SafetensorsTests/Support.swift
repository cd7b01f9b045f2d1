import Foundation
import Safetensors
import Testing

/// SplitMix64: the same numbers on every run.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A file of this header text, padded as every writer pads it, and data.
func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
  let text = Array(header.utf8) + [UInt8](repeating: 0x20, count: (8 - header.utf8.count % 8) % 8)
  return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + data
}

/// The code with which these bytes are refused; `nil` when they are accepted.
func refusal(_ bytes: [UInt8]) -> SafetensorsError.Code? {
  do throws(SafetensorsError) {
    _ = try SafetensorsFile(bytes: bytes)
    return nil
  } catch { return error.code }
}

/// A fresh folder that is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("safetensors-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

enum Goldens {
  static let folder: String = {
    if let path = ProcessInfo.processInfo.environment["GOLDENS_DIR"] { return path }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent("../shared/goldens").standardized.path
  }()
  static let exist = FileManager.default.fileExists(atPath: folder)
}
