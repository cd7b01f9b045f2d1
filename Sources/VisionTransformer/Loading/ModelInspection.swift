/// What a model on disk is, without making it ready to run: its configuration read, its tensors
/// all there and of the right shapes.
public struct ModelInspection: Sendable {
  public let description: EncoderDescription
  /// The folder in which configurations and vocabulary lie.
  public let folder: String
  /// The files that hold its tensors.
  public let weights: [String]
  /// The index of the shards, where there are several.
  public let index: String?

  /// What hub folders call the weights; with `.index.json` behind it, their index.
  public static var weightNames: [String] { ModelFolder.weightNames }

  /// - Parameters:
  ///   - path: a folder, a `.safetensors` file or an `.index.json`.
  ///   - heads: attention heads, for models whose files do not say them.
  public static func inspect(
    _ path: String, heads: Int? = nil
  ) throws(EncoderError) -> ModelInspection {
    let folder = try ModelFolder(path)
    let loaded = try folder.load(heads: heads)
    return ModelInspection(
      description: loaded.description, folder: folder.folder, weights: folder.tensors.paths,
      index: folder.tensors.index)
  }
}
