/// Vision transformers in timm's names: DINOv2 of facebookresearch, whose files come without a
/// configuration, and timm's ViT with a linear head. What the configuration does not say is read
/// off the tensors' shapes.
enum TimmLoader {
  /// - Parameters:
  ///   - root: the `config.json`, or an empty object.
  ///   - heads: the number of attention heads, which no tensor shows; width / 64 if `nil`, as in
  ///     every published model of the family.
  static func load(
    _ root: ConfigurationReader, heads: Int?, _ tensors: inout TensorChecklist
  ) throws(EncoderError) -> LoadedModel {
    let p = tensors.has("vit.cls_token") ? "vit." : ""
    let dino = tensors.has(p + "blocks.0.ls1.gamma") || tensors.has("mask_token")
    let arguments = try root.object("model_args") ?? ConfigurationReader([:])
    let tower = try imageTower(
      root, arguments, prefix: p, dino: dino, heads: heads, tensors: tensors)
    let width = tower.shape.width
    let (rows, columns) = tower.grid
    let swiGLU = tower.shape.activation == .swiGLU
    var image = ImageTensors(
      patchWeight: try tensors.take(
        p + "patch_embed.proj.weight", [width, 3, tower.patchHeight, tower.patchWidth]),
      patchBias: try tensors.take(p + "patch_embed.proj.bias", [width]),
      classToken: try tensors.take(p + "cls_token", [1, 1, width]),
      registers: tower.registers == 0
        ? nil : try tensors.take(p + "register_tokens", [1, tower.registers, width]),
      positions: try tensors.take(p + "pos_embed", [1, 1 + rows * columns, width]),
      blocks: try tensors.blocks(tower.shape) {
        .timm(p + "blocks.\($0).", swiGLU: swiGLU)
      },
      postNorm: try tensors.norm(p + "norm", width))
    if let classes = tower.classes {
      let head = try tensors.linear(p + "head", outputs: classes, inputs: width)
      image.projection = Projection(
        weight: head.weights[0], bias: head.biases[0], inputsFirst: false)
    }
    try tensors.finish { dino && $0 == p + "mask_token" }
    return LoadedModel(
      description: EncoderDescription(
        architecture: dino ? .dinov2Facebook : .timmViT, image: tower, text: nil,
        preprocessing: try recipe(root, tower, dino: dino, prefixed: p != "")),
      image: image)
  }

  private static func imageTower(
    _ root: ConfigurationReader, _ arguments: ConfigurationReader, prefix p: String, dino: Bool,
    heads: Int?, tensors: TensorChecklist
  ) throws(EncoderError) -> ImageTower {
    let patchName = p + "patch_embed.proj.weight"
    let patch = try tensors.shape(patchName)
    guard let patch else { throw .missingTensor(name: patchName, expected: [-1, 3, -1, -1]) }
    guard patch.count == 4, Limits.width.contains(patch[0]), patch[1] == 3,
      Limits.patch.contains(patch[2]), Limits.patch.contains(patch[3])
    else { throw .misshapenTensor(name: patchName, expected: [-1, 3, -1, -1], found: patch) }
    let width = patch[0]
    let positionName = p + "pos_embed"
    guard let positions = try tensors.shape(positionName) else {
      throw .missingTensor(name: positionName, expected: [1, -1, width])
    }
    guard positions.count == 3, positions[1] >= 2, positions[1] <= Limits.tokens else {
      throw .misshapenTensor(name: positionName, expected: [1, -1, width], found: positions)
    }
    let native = try nativeSize(root, arguments, patches: positions[1] - 1, patch: patch)
    let swiGLU = tensors.has(p + "blocks.0.mlp.w3.weight")
    let contract = p + (swiGLU ? "blocks.0.mlp.w3.weight" : "blocks.0.mlp.fc2.weight")
    guard let inner = try tensors.shape(contract) else {
      throw .missingTensor(name: contract, expected: [width, -1])
    }
    guard inner.count == 2, Limits.hidden.contains(inner[1]) else {
      throw .misshapenTensor(name: contract, expected: [width, -1], found: inner)
    }
    try root.refuse("global_pool", unless: [.string("token")])
    try arguments.refuse("global_pool", unless: [.string("token")])
    try arguments.refuse("act_layer", unless: [.string("gelu")])
    try arguments.refuse("qk_norm", unless: [.bool(false)])
    var registers = 0
    if let shape = try tensors.shape(p + "register_tokens") {
      guard shape.count == 3, Limits.registers.contains(shape[1]), shape[1] > 0 else {
        throw .misshapenTensor(
          name: p + "register_tokens", expected: [1, -1, width], found: shape)
      }
      registers = shape[1]
    }
    let tower = try ImageTower(
      shape: .checked(
        root, width: width, heads: headCount(root, arguments, heads, width: width),
        layers: layers(prefix: p, tensors), hidden: inner[1],
        activation: swiGLU ? .swiGLU : .gelu, epsilon: 1e-6, causal: false,
        hasLayerScale: tensors.has(p + "blocks.0.ls1.gamma"),
        hasAttentionBias: tensors.has(p + "blocks.0.attn.qkv.bias")),
      height: native.height, width: native.width, patchHeight: patch[2], patchWidth: patch[3],
      channels: 3, registers: registers,
      positions: dino ? (registers > 0 ? .bicubicAntialiased : .bicubicOffset) : .fixed,
      hasPatchBias: true, hasPreNorm: false, projection: nil,
      classes: classes(root, prefix: p, tensors)
    )
    try tower.check(root)
    return tower
  }

  /// The input the positions are for: as configured, or a square.
  private static func nativeSize(
    _ root: ConfigurationReader, _ arguments: ConfigurationReader, patches: Int, patch: [Int]
  ) throws(EncoderError) -> (height: Int, width: Int) {
    var size: (height: Int, width: Int)?
    if arguments["img_size"] != nil {
      size = try arguments.size("img_size", Limits.side)
    } else if root["input_size"] != nil {
      size = try root.size("input_size", Limits.side)
    } else if let published = try root.object("pretrained_cfg"), published["input_size"] != nil {
      guard case .array(let sides)? = published["input_size"], sides.count == 3 else {
        throw published.error("input_size", "has to be channels, height and width")
      }
      let key = published.path + "input_size"
      size = (
        try ConfigurationReader.integer(sides[1], Limits.side, key),
        try ConfigurationReader.integer(sides[2], Limits.side, key)
      )
    }
    if let size { return size }
    let side = Int(Double(patches).squareRoot())
    guard side * side == patches else {
      throw root.error(
        "input_size", "\(patches) positions are not a square; a config.json has to say the size")
    }
    return (side * patch[2], side * patch[3])
  }

  private static func headCount(
    _ root: ConfigurationReader, _ arguments: ConfigurationReader, _ given: Int?, width: Int
  ) throws(EncoderError) -> Int {
    if let given { return given }
    for reader in [arguments, root] {
      for key in ["num_heads", "num_attention_heads"] where reader[key] != nil {
        return try reader.integer(key, Limits.width)
      }
    }
    guard width % 64 == 0 else {
      throw root.error(
        "num_heads",
        "a width of \(width) is not a multiple of 64, so the number of heads has to be said")
    }
    return width / 64
  }

  private static func layers(
    prefix: String, _ tensors: TensorChecklist
  ) throws(EncoderError) -> Int {
    var layers = 0
    while tensors.has("\(prefix)blocks.\(layers).norm1.weight") { layers += 1 }
    guard Limits.layers.contains(layers) else {
      throw layers == 0
        ? .missingTensor(name: prefix + "blocks.0.norm1.weight", expected: [-1])
        : .configuration(key: "depth", detail: "\(layers) blocks; at most 1024 are supported")
    }
    return layers
  }

  private static func classes(
    _ root: ConfigurationReader, prefix: String, _ tensors: TensorChecklist
  ) throws(EncoderError) -> Int? {
    let name = prefix + "head.weight"
    guard let shape = try tensors.shape(name) else {
      guard try root.integer("num_classes", 0...Limits.classes.upperBound, default: 0) == 0 else {
        throw .missingTensor(name: name, expected: [-1, -1])
      }
      return nil
    }
    guard shape.count == 2, Limits.classes.contains(shape[0]) else {
      throw .misshapenTensor(name: name, expected: [-1, -1], found: shape)
    }
    return try root.integer("num_classes", Limits.classes, default: shape[0])
  }

  private static func recipe(
    _ root: ConfigurationReader, _ tower: ImageTower, dino: Bool, prefixed: Bool
  ) throws(EncoderError) -> PreprocessingRecipe {
    var recipe = PreprocessingRecipe(
      resize: .shortestEdge(256), cropHeight: 224, cropWidth: 224,
      mean: PreprocessingRecipe.imageNetMean,
      standardDeviation: PreprocessingRecipe.imageNetDeviation, order: .convertFirst)
    if dino { return recipe }
    recipe.cropHeight = tower.height
    recipe.cropWidth = tower.width
    let short = min(tower.height, tower.width)
    if prefixed {
      // Community Forensics: 440 for 384, 256 for 224.
      recipe.resize = .shortestEdge(
        short == 384 ? 440 : Int((Double(short) * 256 / 224).rounded()))
      return recipe
    }
    let published = try root.object("pretrained_cfg") ?? ConfigurationReader([:])
    let share = try published.number("crop_pct", 0.01...1, default: 0.875)
    recipe.resize = .shortestEdge(Int(Double(short) / share))
    recipe.mean = try published.channels(
      "mean", -100...100, default: PreprocessingRecipe.imageNetMean)
    recipe.standardDeviation = try published.channels(
      "std", 1e-6...1000, default: PreprocessingRecipe.imageNetDeviation)
    recipe.interpolation = try published.interpolation("interpolation")
    try published.refuse("crop_mode", unless: [.string("center")])
    return recipe
  }
}
