/// CLIP as transformers configures and names it (`config.json`, `model_type` clip).
enum HuggingFaceCLIPLoader {
  static func load(
    _ root: ConfigurationReader, preprocessor: ConfigurationReader?,
    _ tensors: inout TensorChecklist
  ) throws(EncoderError) -> LoadedModel {
    // A folder may hold one tower alone, whose configuration is then the root.
    let type = try root.string("model_type") ?? "clip"
    let vision = try section(root, "vision_config", alone: type == "clip_vision_model")
    let text = try section(root, "text_config", alone: type == "clip_text_model")
    let embed = try root.integer("projection_dim", Limits.width, default: 512)
    // CLIPVisionModel has the tower without the projection.
    let made = try root.names("architectures")
    let projected =
      type == "clip" || tensors.has("visual_projection.weight")
      || made.contains("CLIPVisionModelWithProjection")
    let image = try imageTower(vision, embed: projected ? embed : nil)
    let description = EncoderDescription(
      architecture: .clipHuggingFace, image: image,
      text: type == "clip" ? try textTower(text, embed: embed) : nil,
      preprocessing: try .huggingFace(
        preprocessor, size: .shortestEdge(min(image.height, image.width)),
        crop: (image.height, image.width), mean: PreprocessingRecipe.clipMean,
        deviation: PreprocessingRecipe.clipDeviation))
    let width = image.shape.width
    let (rows, columns) = image.grid
    // Since version 5 transformers stores CLIPVisionModel without the prefix.
    let p = projected || tensors.hasAny(prefix: "vision_model.") ? "vision_model." : ""
    let imageTensors = ImageTensors(
      patchWeight: try tensors.take(
        p + "embeddings.patch_embedding.weight",
        [width, 3, image.patchHeight, image.patchWidth]),
      classToken: try tensors.take(p + "embeddings.class_embedding", [width]),
      positions: try tensors.take(
        p + "embeddings.position_embedding.weight", [1 + rows * columns, width]),
      preNorm: try tensors.norm(p + "pre_layrnorm", width),
      blocks: try tensors.blocks(image.shape) { .huggingFaceCLIP(p + "encoder.layers.\($0).") },
      postNorm: try tensors.norm(p + "post_layernorm", width),
      projection: projected
        ? Projection(
          weight: try tensors.take("visual_projection.weight", [embed, width]), inputsFirst: false)
        : nil)
    var textTensors: TextTensors?
    if let tower = description.text {
      let width = tower.shape.width
      let p = "text_model."
      textTensors = TextTensors(
        tokens: try tensors.take(
          p + "embeddings.token_embedding.weight", [tower.vocabulary, width]),
        positions: try tensors.take(
          p + "embeddings.position_embedding.weight", [tower.context, width]),
        blocks: try tensors.blocks(tower.shape) {
          .huggingFaceCLIP(p + "encoder.layers.\($0).")
        },
        finalNorm: try tensors.norm(p + "final_layer_norm", width),
        projection: Projection(
          weight: try tensors.take("text_projection.weight", [embed, width]), inputsFirst: false))
    }
    let scale = description.text == nil ? nil : try tensors.take("logit_scale", [])
    // Older versions of transformers stored the indices 0, 1, 2 … of the positions.
    try tensors.finish { $0.hasSuffix(".position_ids") }
    return LoadedModel(
      description: description, image: imageTensors, text: textTensors, logitScale: scale)
  }

  /// A tower's section; what the older `*_config_dict` states takes precedence, as in transformers.
  private static func section(
    _ root: ConfigurationReader, _ key: String, alone: Bool
  ) throws(EncoderError) -> ConfigurationReader {
    if alone { return root }
    let current = try root.object(key)?.members ?? [:]
    let older = try root.object(key + "_dict")?.members ?? [:]
    return ConfigurationReader(current.merging(older) { $1 }, path: key + ".")
  }

  private static func activation(
    _ tower: ConfigurationReader
  ) throws(EncoderError) -> TransformerShape.Activation {
    switch try tower.string("hidden_act") ?? "quick_gelu" {
    case "quick_gelu": return .quickGELU
    case "gelu": return .gelu
    case let name: throw tower.error("hidden_act", "is \(name), not gelu or quick_gelu")
    }
  }

  private static func shape(
    _ tower: ConfigurationReader, width: Int, hidden: Int, heads: Int, causal: Bool
  ) throws(EncoderError) -> TransformerShape {
    try TransformerShape.checked(
      tower, width: tower.integer("hidden_size", Limits.width, default: width),
      heads: tower.integer("num_attention_heads", Limits.width, default: heads),
      layers: tower.integer("num_hidden_layers", Limits.layers, default: 12),
      hidden: tower.integer("intermediate_size", Limits.hidden, default: hidden),
      activation: activation(tower),
      epsilon: Float(tower.number("layer_norm_eps", Limits.epsilon, default: 1e-5)),
      causal: causal, hasLayerScale: false)
  }

  private static func imageTower(
    _ vision: ConfigurationReader, embed: Int?
  ) throws(EncoderError) -> ImageTower {
    let side = try vision.size("image_size", Limits.side, default: (224, 224))
    let patch = try vision.size("patch_size", Limits.patch, default: (32, 32))
    _ = try vision.integer("num_channels", 3...3, default: 3)
    let tower = try ImageTower(
      shape: shape(vision, width: 768, hidden: 3072, heads: 12, causal: false),
      height: side.height, width: side.width, patchHeight: patch.height, patchWidth: patch.width,
      channels: 3, registers: 0, positions: .fixed, hasPatchBias: false, hasPreNorm: true,
      projection: embed, classes: nil
    )
    try tower.check(vision)
    return tower
  }

  private static func textTower(
    _ text: ConfigurationReader, embed: Int
  ) throws(EncoderError) -> TextTower {
    let vocabulary = try text.integer("vocab_size", Limits.vocabulary, default: 49408)
    let end = try text.integer("eos_token_id", 0...Int(Int32.max), default: 49407)
    return TextTower(
      shape: try shape(text, width: 512, hidden: 2048, heads: 8, causal: true),
      vocabulary: vocabulary,
      context: try text.integer("max_position_embeddings", Limits.context, default: 77),
      projection: embed,
      // Configurations before June 2023 say 2, which no tokenizer ever wrote; transformers keeps
      // the arg-max for them.
      pooling: end == 2 ? .argMax : .token(end))
  }
}

extension PreprocessingRecipe {
  /// What a `preprocessor_config.json` says, or the given values where there is none.
  static func huggingFace(
    _ file: ConfigurationReader?, size: Resize, crop: (Int, Int), mean: [Float],
    deviation: [Float]
  ) throws(EncoderError) -> PreprocessingRecipe {
    let values = file ?? ConfigurationReader([:], path: "preprocessor_config.")
    var resize = size
    switch values["size"] {
    case nil: break
    case .object(let sides)? where sides["shortest_edge"] != nil:
      let sides = ConfigurationReader(sides, path: values.path + "size.")
      try sides.refuseOthers(than: ["shortest_edge"])
      resize = .shortestEdge(try sides.integer("shortest_edge", Limits.side))
    case .object?:
      let sides = try values.size("size", Limits.side)
      resize = .exact(height: sides.height, width: sides.width)
    case let value?:
      let side = try ConfigurationReader.integer(value, Limits.side, values.path + "size")
      let isSquare = try values.flag("default_to_square", default: false)
      resize = isSquare ? .exact(height: side, width: side) : .shortestEdge(side)
    }
    if try !values.flag("do_resize", default: true) { resize = .none }
    try values.refuse(
      "image_processor_type",
      unless: ["CLIP", "Bit"].flatMap { name in
        ["ImageProcessor", "ImageProcessorFast", "ImageProcessorPil", "FeatureExtractor"].map {
          .string(name + $0)
        }
      })
    try values.refuse("do_convert_rgb", unless: [.bool(true)])
    try values.refuse("do_pad", unless: [.bool(false)])
    var sides = try values.size("crop_size", Limits.side, default: crop)
    if try !values.flag("do_center_crop", default: true) {
      guard case .exact(let height, let width) = resize else {
        throw values.error(
          "do_center_crop", "is false, but size does not say the height and width of the input")
      }
      sides = (height, width)
    }
    let filter: Interpolation =
      switch try values.integer("resample", 0...5, default: 3) {
      case 0: .nearest
      case 1: .lanczos
      case 2: .bilinear
      case 3: .bicubic
      case 4: .box
      default: .hamming
      }
    let rescaled = try values.flag("do_rescale", default: true)
    let normalised = try values.flag("do_normalize", default: true)
    return PreprocessingRecipe(
      resize: resize, cropHeight: sides.height, cropWidth: sides.width,
      mean: normalised
        ? try values.channels("image_mean", -1000...1000, default: mean) : [0, 0, 0],
      standardDeviation: normalised
        ? try values.channels("image_std", 1e-6...1000, default: deviation) : [1, 1, 1],
      order: .convertFirst, interpolation: filter, centring: .down,
      scale: rescaled
        ? try values.number("rescale_factor", 1e-9...1e9, default: 1.0 / 255) : 1)
  }
}
