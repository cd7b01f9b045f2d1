import ForensicCore
import VisionTransformer

/// What is known of an installed model: `model.json` in its folder.
public struct ModelRecord: Hashable, Sendable, Codable {
  /// The format that this version writes and reads.
  public static let currentFormat = 1
  /// The name within the model's folder.
  public static let file = "model.json"

  /// One file of the model.
  public struct File: Hashable, Sendable, Codable {
    public var name: String
    /// In bytes.
    public var size: Int
    public var sha256: SHA256Digest
  }

  public var format: Int
  public var name: String
  /// The name of the file or folder it was installed from.
  public var source: String
  public var installed: Timestamp
  public var encoder: EncoderDescription
  /// Attention heads that were stated at the installation, where no file says them.
  public var heads: Int?
  /// As stated at the installation, in the catalogue or by the model's own page; `nil` where
  /// nobody said.
  public var licence: String?
  /// The entry of the catalogue that it was taken for.
  public var catalogue: String?
  /// Sorted by name.
  public var files: [File]
  /// Over the names and contents of all files.
  public var digest: SHA256Digest

  /// The digest of what decides the encoder's features: weights, their index, configurations, and
  /// a number of heads that was stated and is not the usual one.
  public var identity: SHA256Digest {
    let configurations = [
      "open_clip_config.json", "config.json", "preprocessor_config.json", "processor_config.json",
    ]
    var parts = files.filter {
      $0.name.hasSuffix(".safetensors") || $0.name.hasSuffix(".index.json")
        || configurations.contains($0.name)
    }
    if let heads, heads * 64 != encoder.image.shape.width {
      parts.append(File(name: "\(heads) heads", size: 0, sha256: digest))
    }
    return StoreFiles.digest(of: parts)
  }

  /// All files together, in bytes.
  public var size: Int { files.reduce(0) { $0 + $1.size } }

  /// The architecture in a line, such as `clip (open_clip), ViT 1024 × 24, patch 14, 224 × 224`.
  public var summary: String {
    let image = encoder.image
    var parts = [
      encoder.architecture.rawValue,
      "width \(image.shape.width), \(image.shape.layers) blocks, \(image.shape.heads) heads",
      "patch \(image.patchHeight)"
        + (image.patchWidth == image.patchHeight ? "" : " × \(image.patchWidth)"),
      "\(image.width) × \(image.height) pixels",
    ]
    if image.registers > 0 { parts.append("\(image.registers) registers") }
    if let text = encoder.text { parts.append("text \(text.shape.width) × \(text.shape.layers)") }
    if let classes = image.classes { parts.append("linear head of \(classes)") }
    return parts.joined(separator: ", ")
  }
}
