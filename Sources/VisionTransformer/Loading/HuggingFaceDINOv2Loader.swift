/// DINOv2 as transformers configures and names it (`model_type` dinov2, dinov2_with_registers).
enum HuggingFaceDINOv2Loader {
  static func load(
    _ root: ConfigurationReader, preprocessor: ConfigurationReader?,
    _ tensors: inout TensorChecklist
  ) throws(EncoderError) -> LoadedModel {
    let tower = try imageTower(root)
    let shape = tower.shape
    // A classification model keeps the encoder below `dinov2.`.
    let prefix = ["dinov2.", "dinov2_with_registers."].first { tensors.hasAny(prefix: $0) } ?? ""
    let width = shape.width
    let e = prefix + "embeddings."
    let (rows, columns) = tower.grid
    let swiGLU = shape.activation == .swiGLU
    let image = ImageTensors(
      patchWeight: try tensors.take(
        e + "patch_embeddings.projection.weight",
        [width, 3, tower.patchHeight, tower.patchWidth]),
      patchBias: try tensors.take(e + "patch_embeddings.projection.bias", [width]),
      classToken: try tensors.take(e + "cls_token", [1, 1, width]),
      // There even where it has no rows.
      registers: tensors.has(e + "register_tokens") || tower.registers > 0
        ? try tensors.take(e + "register_tokens", [1, tower.registers, width]) : nil,
      positions: try tensors.take(e + "position_embeddings", [1, 1 + rows * columns, width]),
      blocks: try tensors.blocks(shape) {
        .huggingFaceDINOv2(prefix + "encoder.layer.\($0).", swiGLU: swiGLU)
      },
      postNorm: try tensors.norm(prefix + "layernorm", width))
    try tensors.finish { $0 == e + "mask_token" || (prefix != "" && $0.hasPrefix("classifier.")) }
    return LoadedModel(
      description: EncoderDescription(
        architecture: .dinov2HuggingFace, image: tower, text: nil,
        preprocessing: try preprocessing(preprocessor)),
      image: image)
  }

  /// Without a file what DINOv2 was trained with; what a file leaves out is the default of
  /// transformers' BitImageProcessor.
  private static func preprocessing(
    _ file: ConfigurationReader?
  ) throws(EncoderError) -> PreprocessingRecipe {
    guard let file else {
      return try .huggingFace(
        nil, size: .shortestEdge(256), crop: (224, 224), mean: PreprocessingRecipe.imageNetMean,
        deviation: PreprocessingRecipe.imageNetDeviation)
    }
    return try .huggingFace(
      file, size: .shortestEdge(224), crop: (224, 224), mean: PreprocessingRecipe.clipMean,
      deviation: PreprocessingRecipe.clipDeviation)
  }

  private static func imageTower(_ root: ConfigurationReader) throws(EncoderError) -> ImageTower {
    let registered = try root.string("model_type") == "dinov2_with_registers"
    let width = try root.integer("hidden_size", Limits.width, default: 768)
    let ratio = try root.number("mlp_ratio", Limits.ratio, default: 4)
    let swiGLU = try root.flag("use_swiglu_ffn", default: false)
    if !swiGLU { try root.refuse("hidden_act", unless: [.string("gelu")]) }
    let plain = Int(Double(width) * ratio)
    _ = try root.integer("num_channels", 3...3, default: 3)
    let side = try root.size("image_size", Limits.side, default: (224, 224))
    guard side.height == side.width else {
      throw root.error("image_size", "is not square, as transformers takes its positions to be")
    }
    let patch = try root.size("patch_size", Limits.patch, default: registered ? (16, 16) : (14, 14))
    guard side.height / patch.height == side.width / patch.width else {
      throw root.error(
        "patch_size", "gives a grid that is not square, as positions are taken to be")
    }
    let tower = try ImageTower(
      shape: .checked(
        root, width: width,
        heads: root.integer("num_attention_heads", Limits.width, default: 12),
        layers: root.integer("num_hidden_layers", Limits.layers, default: 12),
        // Two thirds, rounded up to a multiple of eight.
        hidden: swiGLU ? (plain * 2 / 3 + 7) / 8 * 8 : plain,
        activation: swiGLU ? .swiGLU : .gelu,
        epsilon: Float(root.number("layer_norm_eps", Limits.epsilon, default: 1e-6)),
        causal: false, hasLayerScale: true,
        hasAttentionBias: root.flag("qkv_bias", default: true)),
      height: side.height, width: side.width, patchHeight: patch.height, patchWidth: patch.width,
      channels: 3,
      registers: registered
        ? root.integer("num_register_tokens", Limits.registers, default: 4) : 0,
      positions: registered ? .bicubicAntialiased : .bicubic, hasPatchBias: true,
      hasPreNorm: false, projection: nil, classes: nil
    )
    try tower.check(root)
    return tower
  }
}
