import Foundation
import Safetensors
import Testing
import VisionTransformer

/// What a configuration says beside tensors that show something else, and what it leaves out.
@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct ConfigurationTests {
  /// A copy of a reference model with one of its JSON files changed.
  private static func model(
    _ folder: String, file: String, adding extra: [String: TensorValue] = [:],
    without left: @escaping (String) -> Bool = { _ in false },
    change: (inout [String: Any]) throws -> Void
  ) throws -> RewrittenModel {
    let copy = try RewrittenModel("\(Goldens.folder)/\(folder)/model.safetensors", adding: extra) {
      name, shape, values in
      extra[name] ?? (left(name) ? nil : TensorValue(values, shape: shape))
    }
    let path = URL(fileURLWithPath: "\(copy.folder)/\(file)")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
    var members = try #require(json as? [String: Any])
    try change(&members)
    try JSONSerialization.data(withJSONObject: members).write(to: path)
    return copy
  }

  private static func refusal(_ model: RewrittenModel) -> String {
    do throws(EncoderError) {
      _ = try EncoderModel.load(model.folder)
      return "loaded"
    } catch { return error.description }
  }

  /// `model_args` of timm, and the tensor that is missing or left over then.
  @Test(arguments: [
    (#"{"depth": 3}"#, "blocks.2.attn.qkv.weight is missing"),
    (#"{"depth": 1}"#, "blocks.1."), (#"{"qkv_bias": false}"#, "blocks.0.attn.qkv.bias"),
    (#"{"proj_bias": false}"#, "blocks.0.attn.proj.bias"),
    (#"{"init_values": 1e-5}"#, "blocks.0.ls1.gamma is missing"),
    (#"{"reg_tokens": 4, "no_embed_class": true}"#, "reg_token is missing"),
    (#"{"pre_norm": true}"#, "norm_pre.weight is missing"),
    (#"{"fc_norm": true}"#, "fc_norm.weight is missing"),
    (#"{"class_token": false, "global_pool": "avg"}"#, "pos_embed"),
  ])
  func timmsOptionsAreNotPassedOver(_ options: String, _ named: String) throws {
    let model = try Self.model("vit_timm", file: "config.json") {
      $0["model_args"] = try JSONSerialization.jsonObject(with: Data(options.utf8))
    }
    let reason = Self.refusal(model)
    #expect(reason.contains(named), "\(reason)")
  }

  /// The number of registers in an architecture's name, as the hub's files have it.
  @Test func registersAreInTheArchitecturesName() throws {
    let model = try Self.model("vit_timm", file: "config.json") {
      $0["architecture"] = "vit_small_patch14_reg4_dinov2"
    }
    #expect(Self.refusal(model).contains("reg_token is missing"))
  }

  @Test(arguments: ["test_vit", "test_vit2"]) func timmsTestModelsHaveTwoHeads(
    _ architecture: String
  ) throws {
    let width = 64
    var shapes = [
      "patch_embed.proj.weight": [width, 3, 16, 16], "patch_embed.proj.bias": [width],
      "cls_token": [1, 1, width], "pos_embed": [1, 101, width], "norm.weight": [width],
      "norm.bias": [width],
    ]
    for (name, shape) in [
      "norm1": [width], "norm2": [width], "attn.qkv": [3 * width, width],
      "attn.proj": [width, width], "mlp.fc1": [192, width], "mlp.fc2": [width, 192],
    ] {
      shapes["blocks.0.\(name).weight"] = shape
      shapes["blocks.0.\(name).bias"] = [shape[0]]
    }
    let model = try Self.model(
      "vit_timm", file: "config.json",
      adding: shapes.mapValues {
        TensorValue([Float](repeating: 0.1, count: $0.reduce(1, *)), shape: $0)
      }, without: { shapes[$0] == nil }
    ) {
      $0 = [
        "architecture": architecture, "num_classes": 0, "global_pool": "token",
        "pretrained_cfg": ["input_size": [3, 160, 160]],
      ]
    }
    #expect(try EncoderModel.load(model.folder).description.image.shape.heads == 2)
  }

  /// A model would be computed without what its index leaves out.
  @Test func whatAnIndexLeavesOutIsNamed() throws {
    let model = try RewrittenModel("\(Goldens.folder)/dinov2_fb/model.safetensors") {
      TensorValue($2, shape: $1)
    }
    let weights = model.folder + "/model.safetensors"
    let names = try SafetensorsFile.open(weights).names.filter { !$0.contains(".ls") }
    try FileManager.default.moveItem(atPath: weights, toPath: model.folder + "/1.safetensors")
    let map = Dictionary(uniqueKeysWithValues: names.map { ($0, "1.safetensors") })
    try JSONSerialization.data(withJSONObject: ["weight_map": map]).write(
      to: URL(fileURLWithPath: weights + ".index.json"))
    #expect(Self.refusal(model).contains("blocks.0.ls1.gamma"))
  }

  /// A tower alone, as transformers stores it: since version 5 without a prefix.
  @Test(arguments: ["vision_model.", ""]) func aTowerWithoutProjection(_ prefix: String) throws {
    let whole = try EncoderModel.load("\(Goldens.folder)/clip_quickgelu_hf")
    let source = try SafetensorsFile.open(
      "\(Goldens.folder)/clip_quickgelu_hf/model.safetensors")
    var tensors: [String: TensorValue] = [:]
    for name in source.names where name.hasPrefix("vision_model.") && !name.hasSuffix("_ids") {
      let tensor = try source.tensor(name)
      tensors[prefix + name.dropFirst("vision_model.".count)] = TensorValue(
        try tensor.floats(), shape: tensor.shape)
    }
    func tower(_ architecture: String) throws -> RewrittenModel {
      try Self.model(
        "clip_quickgelu_hf", file: "config.json", adding: tensors, without: { _ in true }
      ) {
        let vision = try #require($0["vision_config"] as? [String: Any])
        $0 = vision
        $0["model_type"] = "clip_vision_model"
        $0["architectures"] = [architecture]
      }
    }
    let copy = try tower("CLIPVisionModel")
    try FileManager.default.removeItem(atPath: copy.folder + "/model.safetensors")
    try SafetensorsWriter.write(tensors, to: copy.folder + "/model.safetensors")
    let alone = try EncoderModel.load(copy.folder)
    #expect(alone.description.image.projection == nil)
    let image = whole.description.image
    let input = EncoderInput(
      height: image.height, width: image.width,
      values: (0..<3 * image.height * image.width).map { Float($0 % 97) / 50 - 1 })
    #expect(
      try VisionEncoder(alone).embed([input])
        == VisionEncoder(whole).embed([input], layer: .output(.classToken)))
    guard prefix != "" else { return }
    // Its class says that there is a projection.
    let projected = try tower("CLIPVisionModelWithProjection")
    try SafetensorsWriter.write(tensors, to: projected.folder + "/model.safetensors")
    #expect(Self.refusal(projected).contains("visual_projection.weight is missing"))
  }

  @Test func noRegistersAreATensorWithoutRows() throws {
    let model = try Self.model(
      "dinov2_reg_hf", file: "config.json",
      adding: ["embeddings.register_tokens": TensorValue([Float](), shape: [1, 0, 48])],
      without: { $0 == "embeddings.register_tokens" }
    ) { $0["num_register_tokens"] = 0 }
    let loaded = try EncoderModel.load(model.folder)
    #expect(loaded.description.image.registers == 0)
    #expect(loaded.description.image.positions == .bicubicAntialiased)
  }

  @Test(arguments: ["ViTImageProcessor", "SiglipImageProcessor", "ConvNextImageProcessorFast"])
  func otherProcessorsAreNamed(_ type: String) throws {
    let model = try Self.model("dinov2_hf", file: "preprocessor_config.json") {
      $0["image_processor_type"] = type
    }
    #expect(Self.refusal(model).contains("image_processor_type"))
  }

  /// What the file leaves out has the defaults of its class, not of DINOv2's training.
  @Test func defaultsAreThoseOfTheProcessor() throws {
    let model = try Self.model("dinov2_hf", file: "preprocessor_config.json") {
      $0 = ["image_processor_type": "BitImageProcessor"]
    }
    let recipe = try EncoderModel.load(model.folder).description.preprocessing
    #expect(recipe.resize == .shortestEdge(224))
    #expect(recipe.mean == PreprocessingRecipe.clipMean)
    #expect(recipe.standardDeviation == PreprocessingRecipe.clipDeviation)
  }

  /// Since version 5 transformers stores all of a CLIPProcessor in one file, and reads it first.
  @Test(arguments: [true, false]) func processorsWithinAProcessor(_ hasOwnFile: Bool) throws {
    let model = try Self.model("clip_gelu_hf", file: "config.json") { _ in }
    let file = model.folder + "/preprocessor_config.json"
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: file)))
    var nested = try #require(json as? [String: Any])
    nested["resample"] = 2
    nested["image_mean"] = [0.25, 0.5, 0.75]
    if !hasOwnFile { try FileManager.default.removeItem(atPath: file) }
    try JSONSerialization.data(withJSONObject: ["image_processor": nested]).write(
      to: URL(fileURLWithPath: model.folder + "/processor_config.json"))
    let recipe = try EncoderModel.load(model.folder).description.preprocessing
    #expect(recipe.interpolation == .bilinear)
    #expect(recipe.mean == [0.25, 0.5, 0.75])
  }

  @Test(arguments: [
    (true, PreprocessingRecipe.Resize.exact(height: 90, width: 90)),
    (false, .shortestEdge(90)),
  ])
  func aSizeThatIsOneNumber(_ isSquare: Bool, _ resize: PreprocessingRecipe.Resize) throws {
    let model = try Self.model("dinov2_hf", file: "preprocessor_config.json") {
      $0["size"] = 90
      $0["default_to_square"] = isSquare
    }
    #expect(try EncoderModel.load(model.folder).description.preprocessing.resize == resize)
  }

  /// Without a configuration timm's CLIP could be of either activation.
  @Test func aFirstNormalisationNeedsAConfiguration() throws {
    let norm = TensorValue([Float](repeating: 1, count: 128))
    let model = try Self.model(
      "vit_timm", file: "config.json",
      adding: ["norm_pre.weight": norm, "norm_pre.bias": norm],
      without: { $0 == "patch_embed.proj.bias" }
    ) { _ in }
    #expect(Self.refusal(model) == "loaded")
    try FileManager.default.removeItem(atPath: model.folder + "/config.json")
    #expect(Self.refusal(model).contains("architecture"))
  }

  @Test func aGridThatIsNotSquareIsRefused() throws {
    let model = try Self.model("dinov2_hf", file: "config.json") { $0["patch_size"] = [14, 7] }
    #expect(Self.refusal(model).contains("patch_size"))
  }
}
