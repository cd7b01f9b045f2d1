import Crypto
import Foundation
import ImageCodecs
import Safetensors
import Testing

/// Reference values made with PyTorch, open_clip, transformers, timm and Pillow.
enum Goldens {
  static let folder: String = {
    if let path = ProcessInfo.processInfo.environment["GOLDENS_DIR"] { return path }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent("../shared/goldens").standardized.path
  }()
  static let exist = FileManager.default.fileExists(atPath: folder + "/preprocess/cases.json")

  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
  }

  static func json(_ name: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(bytes(name)))
    return try #require(value as? [String: Any])
  }

  /// The tensors of a file; opened once.
  static func tensors(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile.open("\(folder)/\(name)")
  }
}

func digest(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

func digest(_ values: [Float]) -> String { digest(values.withUnsafeBytes { Array($0) }) }
