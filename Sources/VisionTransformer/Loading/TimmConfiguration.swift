/// What a configuration of timm's says of a vision transformer beyond its tensors' shapes; every
/// option that is there is obeyed or refused.
struct TimmConfiguration {
  private let root: ConfigurationReader
  /// `model_args`: what the model was made with.
  private let arguments: ConfigurationReader
  /// `pretrained_cfg`; in older files the root itself.
  private let published: ConfigurationReader
  private let architecture: String

  /// Whether the file is timm's own. Other publishers of timm's names write one of theirs or none.
  var isTimms: Bool {
    ["architecture", "pretrained_cfg", "model_args"].contains { root[$0] != nil }
  }

  init(_ root: ConfigurationReader) throws(EncoderError) {
    self.root = root
    arguments = try root.object("model_args") ?? ConfigurationReader([:])
    published = try root.object("pretrained_cfg") ?? root
    architecture = try root.string("architecture") ?? ""
    // Blocks that are put together in another way from tensors of the same names and shapes, and
    // activations that are not here.
    for part in ["_rpn_", "siglip"] where architecture.contains(part) {
      throw root.error("architecture", "is \(architecture), whose blocks are not supported")
    }
    for key in ["qk_norm", "scale_attn_norm", "scale_mlp_norm", "pool_include_prefix"] {
      try arguments.refuse(key, unless: [.bool(false)])
    }
    try arguments.refuse("dynamic_img_pad", unless: [.bool(false)])
    try arguments.refuse("pos_embed", unless: [.string("learn")])
    try arguments.refuseOthers(than: [
      // Obeyed, refused above, or shown by the tensors.
      "img_size", "dynamic_img_size", "global_pool", "num_heads", "act_layer", "qk_norm",
      "scale_attn_norm", "scale_mlp_norm", "pool_include_prefix", "dynamic_img_pad", "pos_embed",
      "patch_size", "in_chans", "num_classes", "embed_dim", "depth", "mlp_ratio", "qkv_bias",
      "proj_bias", "init_values", "class_token", "no_embed_class", "reg_tokens", "pre_norm",
      "final_norm", "fc_norm",
      // Of training.
      "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate",
      "drop_path_rate", "weight_init", "fix_init",
    ])
  }

  /// What `model_args` says of an option that tensors show as well, else what they show. Where the
  /// two differ a tensor is missing or left over, and is named then.
  func flag(_ key: String, shown: Bool) throws(EncoderError) -> Bool {
    try arguments.flag(key, default: shown)
  }

  /// Whether there is a layer scale: `init_values` is its first value, 0 says that there is none.
  func hasLayerScale(shown: Bool) throws(EncoderError) -> Bool {
    guard arguments["init_values"] != nil else { return shown }
    return try arguments.number("init_values", -1e6...1e6) != 0
  }

  /// The number of blocks, where `model_args` says it.
  func depth() throws(EncoderError) -> Int? {
    arguments["depth"] == nil ? nil : try arguments.integer("depth", Limits.layers)
  }

  /// The number of registers, where `model_args` or the architecture's name (`_reg4_`) says it.
  func registers() throws(EncoderError) -> Int? {
    if arguments["reg_tokens"] != nil {
      return try arguments.integer("reg_tokens", Limits.registers)
    }
    guard let part = architecture.split(separator: "_").first(where: { $0.hasPrefix("reg") })
    else { return nil }
    return Int(part.dropFirst(3)).flatMap { Limits.registers.contains($0) ? $0 : nil }
  }

  /// The number of heads; width / 64 where neither the options nor the architecture's name say
  /// otherwise, as in most published models.
  func heads(width: Int, given: Int?) throws(EncoderError) -> Int {
    if let given { return given }
    for reader in [arguments, root] {
      for key in ["num_heads", "num_attention_heads"] where reader[key] != nil {
        return try reader.integer(key, Limits.width)
      }
    }
    // timm's small models for tests.
    if ["test_vit", "test_vit2"].contains(architecture) { return 2 }
    let sixteen = ["_huge_", "_giant_", "_gigantic_", "_so400m_", "base_patch16_gap_"]
    // The giants of DINOv2's making have 24.
    if width != 1536, sixteen.contains(where: architecture.contains) { return 16 }
    guard width % 64 == 0 else {
      throw root.error(
        "num_heads",
        "a width of \(width) is not a multiple of 64, so the number of heads has to be said")
    }
    return width / 64
  }

  var epsilon: Float { architecture.contains("clip") ? 1e-5 : 1e-6 }

  func activation() throws(EncoderError) -> TransformerShape.Activation {
    switch try arguments.string("act_layer") {
    case "gelu"?: return .gelu
    case "quick_gelu"?, "quickgelu"?: return .quickGELU
    case let name?: throw arguments.error("act_layer", "is \(name), not gelu or quick_gelu")
    case nil: return architecture.contains("quickgelu") ? .quickGELU : .gelu
    }
  }

  /// - Parameters: which tokens and normalisations the file has.
  func pooling(hasClassToken: Bool, normalisesPooled: Bool) throws(EncoderError)
    -> ImageTower.Pooling
  {
    let reader = arguments["global_pool"] == nil ? root : arguments
    switch try reader.string("global_pool") {
    case "token"? where hasClassToken: return .classToken
    case "avg"?: return .patchMean
    case let name?: throw reader.error("global_pool", "is \"\(name)\", not token or avg")
    case nil:
      guard hasClassToken, !normalisesPooled else {
        throw reader.error("global_pool", "is missing, and there is no class token to read")
      }
      return .classToken
    }
  }

  /// How positions follow another input than the native one.
  func positions() throws(EncoderError) -> ImageTower.Positions {
    try arguments.flag("dynamic_img_size", default: false) ? .bicubicAntialiased : .fixed
  }

  func classes(default shown: Int) throws(EncoderError) -> Int {
    try root.integer("num_classes", 0...Limits.classes.upperBound, default: shown)
  }

  /// The input that the positions are for, where it is said.
  func nativeSize() throws(EncoderError) -> (height: Int, width: Int)? {
    if arguments["img_size"] != nil { return try arguments.size("img_size", Limits.side) }
    return try publishedSize()
  }

  private func publishedSize() throws(EncoderError) -> (height: Int, width: Int)? {
    for reader in [root, published] {
      // Channels, height and width.
      if case .array(let sides)? = reader["input_size"], sides.count == 3 {
        let key = reader.path + "input_size"
        return (
          try ConfigurationReader.integer(sides[1], Limits.side, key),
          try ConfigurationReader.integer(sides[2], Limits.side, key)
        )
      }
      if reader["input_size"] != nil { return try reader.size("input_size", Limits.side) }
    }
    return nil
  }

  /// timm's evaluation transform.
  func recipe(_ tower: ImageTower) throws(EncoderError) -> PreprocessingRecipe {
    let crop = try publishedSize() ?? (tower.height, tower.width)
    let share = try published.number("crop_pct", 0.01...1, default: 0.875)
    let (high, wide) = (Int(Double(crop.height) / share), Int(Double(crop.width) / share))
    var recipe = PreprocessingRecipe(
      resize: high == wide
        ? .shortestEdge(high) : .keepRatio(height: high, width: wide, longest: false),
      cropHeight: crop.height, cropWidth: crop.width,
      mean: try published.channels(
        "mean", -100...100, default: PreprocessingRecipe.imageNetMean),
      standardDeviation: try published.channels(
        "std", 1e-6...1000, default: PreprocessingRecipe.imageNetDeviation),
      order: .convertFirst, interpolation: try published.interpolation("interpolation"))
    switch try published.string("crop_mode") ?? "center" {
    case "center": break
    case "squash": recipe.resize = .exact(height: high, width: wide)
    case "border":
      let fill = recipe.mean.map { Int((255 * Double($0)).rounded(.toNearestOrEven)) }
      guard Set(fill).count == 1, (0...255).contains(fill[0]) else {
        throw published.error("crop_mode", "is border with a colour that is not gray")
      }
      recipe.fill = fill[0]
      recipe.resize = .keepRatio(height: high, width: wide, longest: true)
    default: throw published.error("crop_mode", "is not center, squash or border")
    }
    return recipe
  }
}
