/// CLIP as open_clip configures and names it (`open_clip_config.json`).
enum OpenCLIPLoader {
  static func load(
    _ root: ConfigurationReader, _ tensors: inout TensorChecklist
  ) throws(EncoderError) -> LoadedModel {
    guard let model = try root.object("model_cfg") else {
      throw root.error("model_cfg", "is missing")
    }
    guard let vision = try model.object("vision_cfg"), let text = try model.object("text_cfg")
    else { throw model.error("vision_cfg, text_cfg", "are not both there") }
    let quick = try model.flag("quick_gelu", default: false)
    let embed = try model.integer("embed_dim", Limits.width)
    try model.refuse("custom_text", unless: [.bool(false)])
    try model.refuse("init_logit_bias", unless: [])
    let image = try imageTower(vision, quick: quick, embed: embed)
    let tower = try textTower(text, quick: quick, embed: embed)
    let recipe = try Self.recipe(root, image)
    let description = EncoderDescription(
      architecture: .clipOpenCLIP, image: image, text: tower, preprocessing: recipe)
    let width = image.shape.width
    let (rows, columns) = image.grid
    let imageTensors = ImageTensors(
      patchWeight: try tensors.take(
        "visual.conv1.weight", [width, 3, image.patchHeight, image.patchWidth]),
      classToken: try tensors.take("visual.class_embedding", [width]),
      positions: try tensors.take(
        "visual.positional_embedding", [1 + rows * columns, width]),
      preNorm: image.hasPreNorm ? try tensors.norm("visual.ln_pre", width) : nil,
      blocks: try tensors.blocks(image.shape) {
        .openCLIP("visual.transformer.resblocks.\($0).")
      },
      postNorm: try tensors.norm("visual.ln_post", width),
      projection: Projection(
        weight: try tensors.take("visual.proj", [width, embed]), inputsFirst: true))
    let textWidth = tower.shape.width
    let textTensors = TextTensors(
      tokens: try tensors.take("token_embedding.weight", [tower.vocabulary, textWidth]),
      positions: try tensors.take("positional_embedding", [tower.context, textWidth]),
      blocks: try tensors.blocks(tower.shape) { .openCLIP("transformer.resblocks.\($0).") },
      finalNorm: try tensors.norm("ln_final", textWidth),
      projection: Projection(
        weight: try tensors.take("text_projection", [textWidth, embed]), inputsFirst: true))
    let scale = try tensors.take("logit_scale", [])
    try tensors.finish { $0 == "attn_mask" }
    return LoadedModel(
      description: description, image: imageTensors, text: textTensors, logitScale: scale)
  }

  private static func imageTower(
    _ vision: ConfigurationReader, quick: Bool, embed: Int
  ) throws(EncoderError) -> ImageTower {
    if try vision.string("timm_model_name") != nil {
      throw vision.error("timm_model_name", "names a tower that is not open_clip's own ViT")
    }
    try vision.refuse("attentional_pool", unless: [.bool(false)])
    try vision.refuse("pool_type", unless: [.string("tok")])
    try vision.refuse("final_ln_after_pool", unless: [.bool(false)])
    try vision.refuse("input_patchnorm", unless: [.bool(false)])
    try vision.refuse("pos_embed_type", unless: [.string("learnable")])
    try common(vision)
    let size = try vision.size("image_size", Limits.side, default: (224, 224))
    let patch = try vision.size("patch_size", Limits.patch, default: (16, 16))
    if case .array = vision["layers"] { throw vision.error("layers", "is that of a ResNet") }
    let width = try vision.integer("width", Limits.width, default: 768)
    let headWidth = try vision.integer("head_width", Limits.width, default: 64)
    guard headWidth <= width else {
      throw vision.error("head_width", "is \(headWidth), more than the width of \(width)")
    }
    let tower = ImageTower(
      shape: try shape(vision, width: width, heads: width / headWidth, quick: quick, causal: false),
      height: size.height, width: size.width, patchHeight: patch.height, patchWidth: patch.width,
      channels: 3, registers: 0, positions: .fixed, hasPatchBias: false,
      hasPreNorm: try !vision.flag("no_ln_pre", default: false), projection: embed, classes: nil
    )
    try tower.check(vision)
    return tower
  }

  private static func textTower(
    _ text: ConfigurationReader, quick: Bool, embed: Int
  ) throws(EncoderError) -> TextTower {
    if try text.string("hf_model_name") != nil {
      throw text.error("hf_model_name", "names a tower that is not CLIP's own")
    }
    try text.refuse("embed_cls", unless: [.bool(false)])
    try text.refuse("no_causal_mask", unless: [.bool(false)])
    try text.refuse("final_ln_after_pool", unless: [.bool(false)])
    try text.refuse("pool_type", unless: [.string("argmax"), .string("eos")])
    try text.refuse("proj_type", unless: [.string("linear")])
    try text.refuse("proj_bias", unless: [.bool(false)])
    try common(text)
    let width = try text.integer("width", Limits.width, default: 512)
    let heads = try text.integer("heads", Limits.width, default: 8)
    let vocabulary = try text.integer("vocab_size", Limits.vocabulary, default: 49408)
    var pooling = TextTower.Pooling.argMax
    if try text.string("pool_type") == "eos" {
      pooling = .token(try text.integer("eos_id", 0...vocabulary - 1, default: 49407))
    }
    return TextTower(
      shape: try shape(text, width: width, heads: heads, quick: quick, causal: true),
      vocabulary: vocabulary,
      context: try text.integer("context_length", Limits.context, default: 77),
      projection: embed, pooling: pooling)
  }

  /// Options of both towers that would change what a block computes.
  private static func common(_ tower: ConfigurationReader) throws(EncoderError) {
    try tower.refuse("act_kwargs", unless: [.object([:])])
    for key in [
      "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn",
      "scale_fc",
    ] { try tower.refuse(key, unless: [.bool(false)]) }
    try tower.refuse("block_type", unless: [.string("default")])
  }

  private static func shape(
    _ tower: ConfigurationReader, width: Int, heads: Int, quick: Bool, causal: Bool
  ) throws(EncoderError) -> TransformerShape {
    let ratio = try tower.number("mlp_ratio", Limits.ratio, default: 4)
    let epsilon = try tower.object("norm_kwargs")?.number("eps", Limits.epsilon, default: 1e-5)
    return try TransformerShape.checked(
      tower, width: width, heads: heads,
      layers: tower.integer("layers", Limits.layers, default: 12),
      hidden: Int(Double(width) * ratio), activation: quick ? .quickGELU : .gelu,
      epsilon: Float(epsilon ?? 1e-5), causal: causal,
      hasLayerScale: tower["ls_init_value"] != nil)
  }

  private static func recipe(
    _ root: ConfigurationReader, _ image: ImageTower
  ) throws(EncoderError) -> PreprocessingRecipe {
    let values =
      try root.object("preprocess_cfg") ?? ConfigurationReader([:], path: "preprocess_cfg.")
    let mode = try values.string("resize_mode") ?? "shortest"
    let resize: PreprocessingRecipe.Resize
    switch mode {
    case "shortest":
      resize =
        image.height == image.width
        ? .shortestEdge(image.height)
        : .keepRatio(height: image.height, width: image.width, longest: false)
    case "squash": resize = .exact(height: image.height, width: image.width)
    case "longest":
      resize = .keepRatio(height: image.height, width: image.width, longest: true)
    default: throw values.error("resize_mode", "is \(mode), not shortest, squash or longest")
    }
    try values.refuse("mode", unless: [.string("RGB")])
    return PreprocessingRecipe(
      resize: resize, cropHeight: image.height, cropWidth: image.width,
      mean: try values.channels("mean", -100...100, default: PreprocessingRecipe.clipMean),
      standardDeviation: try values.channels(
        "std", 1e-6...1000, default: PreprocessingRecipe.clipDeviation),
      order: .convertLast, interpolation: try values.interpolation("interpolation"),
      fill: try values.integer("fill_color", 0...255, default: 0))
  }
}

extension ConfigurationReader {
  func interpolation(
    _ key: String
  ) throws(EncoderError) -> PreprocessingRecipe.Interpolation {
    guard let name = try string(key), name != "random" else { return .bicubic }
    guard let known = PreprocessingRecipe.Interpolation(rawValue: name) else {
      throw error(key, "is \(name), not nearest, bilinear, bicubic or lanczos")
    }
    return known
  }
}

extension TransformerShape {
  /// The shape, if its numbers go together.
  static func checked(
    _ reader: ConfigurationReader, width: Int, heads: Int, layers: Int, hidden: Int,
    activation: Activation, epsilon: Float, causal: Bool, hasLayerScale: Bool,
    hasAttentionBias: Bool = true
  ) throws(EncoderError) -> TransformerShape {
    guard Limits.width.contains(width), heads >= 1, width % heads == 0 else {
      throw reader.error("heads", "a width of \(width) cannot be split into \(heads) heads")
    }
    guard Limits.hidden.contains(hidden) else {
      throw reader.error("mlp", "a hidden layer of \(hidden) is outside 1 to 65536")
    }
    return TransformerShape(
      width: width, heads: heads, layers: layers, hidden: hidden, activation: activation,
      epsilon: epsilon, causal: causal, hasLayerScale: hasLayerScale,
      hasAttentionBias: hasAttentionBias)
  }
}

extension ImageTower {
  /// Throws unless input and patch go together.
  ///
  /// Does not return the tower: there the optimiser of Swift 6.3.1 leaves the patch's width in the
  /// register that says whether an error was thrown.
  func check(_ reader: ConfigurationReader) throws(EncoderError) {
    let (rows, columns) = grid
    guard rows >= 1, columns >= 1, rows * columns + 1 + registers <= Limits.tokens else {
      throw reader.error(
        "image_size",
        "\(height)×\(self.width) in patches of \(patchHeight)×\(patchWidth): 1 to \(Limits.tokens) "
          + "tokens are supported")
    }
  }
}
