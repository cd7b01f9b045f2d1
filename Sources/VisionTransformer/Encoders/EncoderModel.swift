import Glibc
import Safetensors

/// A model on disk, recognised and checked: what `VisionEncoder` and `TextEncoder` are made of.
/// Its weights stay in the mapped file.
public struct EncoderModel: Sendable {
  public let description: EncoderDescription
  /// The files of the weights.
  public let paths: [String]
  /// e to the power of CLIP's `logit_scale`; `nil` for other models.
  public let logitScale: Float?
  /// What is added to the scaled cosines; 0 for most.
  public let logitBias: Float
  /// Names the contents of the weights, for packed copies of them.
  let identity: String?
  let loaded: LoadedModel

  /// Recognises a model and takes its tensors; every one of them is checked.
  ///
  /// - Parameters:
  ///   - path: a hub folder, a `.safetensors` file or an `.index.json`, with the configuration
  ///     (`open_clip_config.json`, `config.json`, `preprocessor_config.json`) beside it.
  ///   - heads: the attention heads of a model in timm's or facebookresearch's names whose
  ///     configuration does not say; `nil` for width / 64.
  /// - Throws: `unreadable`, `unrecognised`, `configuration`, `missingTensor`, `extraTensor`,
  ///   `misshapenTensor`, `unexpectedType`, `weights`.
  public static func load(
    _ path: String, heads: Int? = nil
  ) throws(EncoderError) -> EncoderModel {
    let folder = try ModelFolder(path)
    let loaded = try folder.load(heads: heads)
    let scale = try loaded.logitScale?.values().first
    let bias = try loaded.logitBias?.values().first
    return EncoderModel(
      description: loaded.description, paths: folder.tensors.paths,
      logitScale: scale.map { exp($0) }, logitBias: bias ?? 0,
      identity: identity(of: folder.tensors.paths),
      loaded: loaded)
  }

  /// Device, file, size and time of each: another file or another content is another identity.
  static func identity(of paths: [String]) -> String? {
    var parts: [String] = []
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      parts.append(
        "\(status.st_dev):\(status.st_ino) \(status.st_size) "
          + "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
    }
    let identity = parts.joined(separator: " ")
    return identity.utf8.count <= 1024 ? identity : nil
  }

  /// CLIP's scores: for each picture the scaled cosines with every text.
  ///
  /// - Parameters: embeddings of one length, of any norm.
  /// - Throws: `input` for a model that is not CLIP or for embeddings of other lengths.
  public func logits(
    images: [[Float]], texts: [[Float]]
  ) throws(EncoderError) -> [[Float]] {
    guard let logitScale, let projection = description.image.projection else {
      throw .input("only CLIP compares pictures with texts")
    }
    guard (images + texts).allSatisfy({ $0.count == projection }) else {
      throw .input("embeddings have to have \(projection) values")
    }
    let units = texts.map(Embedding.unit)
    return images.map { image in
      let unit = Embedding.unit(image)
      return units.map { text in
        logitScale * Float(zip(unit, text).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
          + logitBias
      }
    }
  }
}

/// Arithmetic on embeddings.
public enum Embedding {
  /// The vector divided by its Euclidean norm; a zero vector as it is.
  public static func unit(_ values: [Float]) -> [Float] {
    let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return norm > 0 ? values.map { Float(Double($0) / norm) } : values
  }
}

extension EncoderModel {
  /// The blocks of the towers as plain loops, for comparisons.
  package func referenceImageTrunk() throws(EncoderError) -> ReferenceTrunk {
    try ReferenceTrunk(description.image.shape, loaded.image.blocks)
  }

  package func referenceTextTrunk() throws(EncoderError) -> ReferenceTrunk {
    guard let tower = description.text, let tensors = loaded.text else {
      throw .input("the model has no text tower")
    }
    return try ReferenceTrunk(tower.shape, tensors.blocks)
  }
}
