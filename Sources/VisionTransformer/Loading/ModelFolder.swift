import Glibc
import Safetensors

/// A model on disk: its tensors and the configuration beside them.
struct ModelFolder {
  /// The longest configuration file in bytes.
  static let maximumConfiguration = 1 << 20
  /// What hub folders call the weights, in the order of preference.
  static let weightNames = [
    "open_clip_model.safetensors", "model.safetensors", "open_clip_model.fp16.safetensors",
    "open_clip_model.bf16.safetensors", "model.fp16.safetensors", "model.bf16.safetensors",
  ]

  let path: String
  let tensors: SafetensorsModel
  let folder: String

  /// - Parameter path: a folder, a `.safetensors` file or an `.index.json`; configurations are
  ///   looked for in the file's folder.
  init(_ path: String) throws(EncoderError) {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unreadable(path: path, detail: String(cString: strerror(errno)))
    }
    var weights = path
    if status.st_mode & S_IFMT == S_IFDIR {
      folder = path
      let names = Self.weightNames.flatMap { [$0, $0 + ".index.json"] }
      guard let name = names.first(where: { access("\(path)/\($0)", F_OK) == 0 }) else {
        throw .unreadable(path: path, detail: "holds none of \(Self.weightNames)")
      }
      weights = "\(path)/\(name)"
    } else {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
    }
    do throws(SafetensorsError) { tensors = try SafetensorsModel.open(weights) } catch {
      throw .weights(error)
    }
    // Without one of a layer's optional tensors the layer would be computed as if it had none.
    if let (tensor, shard) = tensors.leftOut.first {
      throw .weights(
        SafetensorsError(
          .badIndex, subject: tensor, detail: "is in \(shard), where the index does not put it"))
    }
  }

  /// A JSON object beside the weights, where there is one.
  func configuration(_ name: String) throws(EncoderError) -> ConfigurationReader? {
    let file = "\(folder)/\(name)"
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .unreadable(path: file, detail: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.maximumConfiguration + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      guard got >= 0 else {
        throw .unreadable(path: file, detail: String(cString: strerror(errno)))
      }
      if got == 0 { break }
      count += got
    }
    guard count <= Self.maximumConfiguration else {
      throw .unreadable(path: file, detail: "is longer than \(Self.maximumConfiguration) bytes")
    }
    do throws(JSONValue.Malformed) {
      guard case .object(let members) = try JSONValue(parsing: Array(bytes[..<count])) else {
        throw JSONValue.Malformed(position: 0, expected: "an object")
      }
      return ConfigurationReader(members)
    } catch {
      throw .configuration(
        key: name, detail: "expected \(error.expected) at byte \(error.position)")
    }
  }

  /// What transformers' image processor is told: since version 5 within `processor_config.json`,
  /// which it takes first, or in a file of its own.
  private func imageProcessor() throws(EncoderError) -> ConfigurationReader? {
    if let nested = try configuration("processor_config.json")?.object("image_processor") {
      return nested
    }
    return try configuration("preprocessor_config.json")
  }

  /// Recognises the model and takes its tensors.
  func load(heads: Int?) throws(EncoderError) -> LoadedModel {
    var checklist = TensorChecklist(tensors)
    if checklist.has("visual.conv1.weight") || checklist.has("visual.class_embedding") {
      guard let root = try configuration("open_clip_config.json") else {
        throw .unrecognised(
          path: path, detail: "open_clip's tensors without an open_clip_config.json beside them")
      }
      return try OpenCLIPLoader.load(root, &checklist)
    }
    let root = try configuration("config.json")
    let preprocessor = try imageProcessor()
    if let root {
      switch try root.string("model_type") {
      case "clip"?, "clip_vision_model"?:
        return try HuggingFaceCLIPLoader.load(root, preprocessor: preprocessor, &checklist)
      case "dinov2"?, "dinov2_with_registers"?:
        return try HuggingFaceDINOv2Loader.load(root, preprocessor: preprocessor, &checklist)
      default: break
      }
    } else if let root = try configuration("open_clip_config.json") {
      return try OpenCLIPLoader.load(root, &checklist)
    }
    let timm = [
      "patch_embed.proj.weight", "vit.patch_embed.proj.weight", "pos_embed", "vit.pos_embed",
    ]
    if timm.contains(where: checklist.has) {
      return try TimmLoader.load(root ?? ConfigurationReader([:]), heads: heads, &checklist)
    }
    throw .unrecognised(
      path: path,
      detail: "neither CLIP (open_clip, Hugging Face), DINOv2 nor timm's ViT with a class token")
  }
}
