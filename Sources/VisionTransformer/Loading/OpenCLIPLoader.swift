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
    try model.refuse("multimodal_cfg", unless: [])
    try model.refuseOthers(than: [
      "embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "custom_text", "init_logit_scale",
      "init_logit_bias", "nonscalar_logit_scale", "cast_dtype", "output_dict",
    ])
    // A text tower of its own, whose tensors lie below `text.`.
    let p = try model.flag("custom_text", default: false) ? "text." : ""
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
    let projection: Projection
    if try text.flag("proj_bias", default: false) {
      let linear = try tensors.linear(p + "text_projection", outputs: embed, inputs: textWidth)
      projection = Projection(
        weight: linear.weights[0], bias: linear.biases[0], inputsFirst: false)
    } else {
      projection = Projection(
        weight: try tensors.take(p + "text_projection", [textWidth, embed]), inputsFirst: true)
    }
    let textTensors = TextTensors(
      tokens: try tensors.take(p + "token_embedding.weight", [tower.vocabulary, textWidth]),
      positions: try tensors.take(p + "positional_embedding", [tower.context, textWidth]),
      blocks: try tensors.blocks(tower.shape) { .openCLIP(p + "transformer.resblocks.\($0).") },
      finalNorm: try tensors.norm(p + "ln_final", textWidth), projection: projection)
    let one = try model.flag("nonscalar_logit_scale", default: false) ? [1] : []
    let scale = try tensors.take("logit_scale", one)
    let bias = model["init_logit_bias"] == nil ? nil : try tensors.take("logit_bias", one)
    try tensors.finish { $0 == p + "attn_mask" }
    return LoadedModel(
      description: description, image: imageTensors, text: textTensors, logitScale: scale,
      logitBias: bias)
  }

  private static func imageTower(
    _ vision: ConfigurationReader, quick: Bool, embed: Int
  ) throws(EncoderError) -> ImageTower {
    if try vision.string("timm_model_name") != nil {
      throw vision.error("timm_model_name", "names a tower that is not open_clip's own ViT")
    }
    try vision.refuse("attentional_pool", unless: [.bool(false)])
    try vision.refuse("pool_type", unless: [.string("tok"), .string("avg")])
    // Fixed embeddings are stored as learned ones are.
    try vision.refuse("pos_embed_type", unless: [.string("learnable"), .string("sin_cos_2d")])
    try common(
      vision,
      [
        "head_width", "patch_size", "image_size", "patch_dropout", "attentional_pool",
        "attn_pooler_queries", "attn_pooler_heads", "no_ln_pre", "pos_embed_type",
        "final_ln_after_pool", "timm_model_name", "timm_model_pretrained", "timm_pool",
        "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path",
      ])
    let size = try vision.size("image_size", Limits.side, default: (224, 224))
    let patch = try vision.size("patch_size", Limits.patch, default: (16, 16))
    if case .array = vision["layers"] { throw vision.error("layers", "is that of a ResNet") }
    let width = try vision.integer("width", Limits.width, default: 768)
    let headWidth = try vision.integer("head_width", Limits.width, default: 64)
    guard headWidth <= width else {
      throw vision.error("head_width", "is \(headWidth), more than the width of \(width)")
    }
    var tower = ImageTower(
      shape: try shape(vision, width: width, heads: width / headWidth, quick: quick, causal: false),
      height: size.height, width: size.width, patchHeight: patch.height, patchWidth: patch.width,
      channels: 3, registers: 0, positions: .fixed, hasPatchBias: false,
      hasPreNorm: try !vision.flag("no_ln_pre", default: false), projection: embed, classes: nil
    )
    if try vision.string("pool_type") == "avg" { tower.pooling = .patchMean }
    tower.normalisesPooled = try vision.flag("final_ln_after_pool", default: false)
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
    try text.refuse("proj_type", unless: [.string("linear")])
    try text.refuse("tokenizer_kwargs", unless: [.object([:])])
    try common(
      text,
      [
        "context_length", "vocab_size", "heads", "embed_cls", "no_causal_mask", "pad_id", "eos_id",
        "proj_type", "proj_bias", "hf_model_name", "hf_tokenizer_name", "hf_model_pretrained",
        "hf_proj_type", "hf_pooler_type", "tokenizer_kwargs", "tokenizer_mode",
      ])
    let width = try text.integer("width", Limits.width, default: 512)
    let heads = try text.integer("heads", Limits.width, default: 8)
    let vocabulary = try text.integer("vocab_size", Limits.vocabulary, default: 49408)
    let pooling: TextTower.Pooling =
      switch try text.string("pool_type") ?? "argmax" {
      case "argmax": .argMax
      case "eos": .token(try text.integer("eos_id", 0...Limits.vocabulary.upperBound, default: 2))
      case "first": .first
      case "last": .last
      default: throw text.error("pool_type", "is not argmax, eos, first or last")
      }
    return TextTower(
      shape: try shape(
        text, width: width, heads: heads, quick: quick,
        causal: !text.flag("no_causal_mask", default: false)),
      vocabulary: vocabulary,
      context: try text.integer("context_length", Limits.context, default: 77),
      projection: embed, pooling: pooling)
  }

  /// Options of both towers that would change what a block computes.
  ///
  /// - Parameter others: the options that only one of the towers has.
  private static func common(
    _ tower: ConfigurationReader, _ others: Set<String>
  ) throws(EncoderError) {
    try tower.refuseOthers(
      than: others.union([
        "layers", "width", "mlp_ratio", "ls_init_value", "pool_type", "output_tokens", "act_kwargs",
        "norm_kwargs", "block_type", "qk_norm", "scaled_cosine_attn", "scale_heads",
        "scale_attn_inner", "scale_attn", "scale_fc",
      ]))
    try tower.refuse("act_kwargs", unless: [.object([:])])
    for key in [
      "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn",
      "scale_fc",
    ] { try tower.refuse(key, unless: [.bool(false)]) }
    // The other kind of block differs by the options above only.
    try tower.refuse("block_type", unless: [.string("default"), .string("custom")])
    try tower.object("norm_kwargs")?.refuseOthers(than: ["eps"])
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
    var filter = try values.interpolation("interpolation")
    // open_clip passes the filter on in all branches but this.
    if case .keepRatio(_, _, longest: false) = resize { filter = .bicubic }
    return PreprocessingRecipe(
      resize: resize, cropHeight: image.height, cropWidth: image.width,
      mean: try values.channels("mean", -100...100, default: PreprocessingRecipe.clipMean),
      standardDeviation: try values.channels(
        "std", 1e-6...1000, default: PreprocessingRecipe.clipDeviation),
      order: .convertLast, interpolation: filter,
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
    hasAttentionBias: Bool = true, hasLayerBias: Bool = true
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
      hasAttentionBias: hasAttentionBias, hasLayerBias: hasLayerBias)
  }
}

extension ImageTower {
  /// Throws unless input and patch go together.
  ///
  /// Does not return the tower: there the optimiser of Swift 6.3.1 leaves the patch's width in the
  /// register that says whether an error was thrown.
  func check(_ reader: ConfigurationReader) throws(EncoderError) {
    let (rows, columns) = grid
    guard rows >= 1, columns >= 1, rows * columns + prefix <= Limits.tokens else {
      throw reader.error(
        "image_size",
        "\(height)×\(self.width) in patches of \(patchHeight)×\(patchWidth): 1 to \(Limits.tokens) "
          + "tokens are supported")
    }
  }
}
