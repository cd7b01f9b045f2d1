/// Vision transformers in timm's names: timm's own, with or without a linear head, and DINOv2 of
/// facebookresearch, whose files come without a configuration. What the configuration does not say
/// is read off the tensors' shapes.
enum TimmLoader {
  /// - Parameters:
  ///   - root: the `config.json`, or an empty object.
  ///   - heads: the number of attention heads, which no tensor shows; `nil` for what the
  ///     configuration says, or width / 64.
  static func load(
    _ root: ConfigurationReader, heads: Int?, _ tensors: inout TensorChecklist
  ) throws(EncoderError) -> LoadedModel {
    let configuration = try TimmConfiguration(root)
    let p = tensors.hasAny(prefix: "vit.") ? "vit." : ""
    // facebookresearch's, unless a configuration of timm's says otherwise.
    let dino =
      !configuration.isTimms
      && (["mask_token", "register_tokens"].contains { tensors.has(p + $0) }
        || tensors.hasAny("ls1.gamma", "ls2.gamma", in: p + "blocks."))
    let tower = try imageTower(
      root, configuration, prefix: p, dino: dino, heads: heads, tensors: tensors)
    let width = tower.shape.width
    let (rows, columns) = tower.grid
    let swiGLU = dino && tower.shape.activation == .swiGLU
    var image = ImageTensors(
      patchWeight: try tensors.take(
        p + "patch_embed.proj.weight", [width, 3, tower.patchHeight, tower.patchWidth]),
      patchBias: tower.hasPatchBias ? try tensors.take(p + "patch_embed.proj.bias", [width]) : nil,
      classToken: tower.hasClassToken ? try tensors.take(p + "cls_token", [1, 1, width]) : nil,
      registers: tower.registers == 0
        ? nil
        : try tensors.take(p + registerName(dino: dino), [1, tower.registers, width]),
      positions: try tensors.take(
        p + "pos_embed", [1, tower.placedPrefix + rows * columns, width]),
      preNorm: tower.hasPreNorm ? try tensors.norm(p + "norm_pre", width) : nil,
      blocks: try tensors.blocks(tower.shape) {
        .timm(p + "blocks.\($0).", swiGLU: swiGLU)
      },
      postNorm: try tensors.norm(p + (tower.normalisesPooled ? "fc_norm" : "norm"), width))
    if let classes = tower.classes {
      let head = try tensors.linear(p + "head", outputs: classes, inputs: width)
      image.projection = Projection(
        weight: head.weights[0], bias: head.biases[0], inputsFirst: false)
    }
    try tensors.finish { dino && $0 == p + "mask_token" }
    return LoadedModel(
      description: EncoderDescription(
        architecture: dino ? .dinov2Facebook : .timmViT, image: tower, text: nil,
        preprocessing: try recipe(configuration, tower, dino: dino, prefixed: p != "")),
      image: image)
  }

  private static func registerName(dino: Bool) -> String { dino ? "register_tokens" : "reg_token" }

  private static func imageTower(
    _ root: ConfigurationReader, _ configuration: TimmConfiguration, prefix p: String, dino: Bool,
    heads: Int?, tensors: TensorChecklist
  ) throws(EncoderError) -> ImageTower {
    let patch = try shape(p + "patch_embed.proj.weight", [-1, 3, -1, -1], tensors)
    let width = patch[0]
    guard Limits.width.contains(width), Limits.patch.contains(patch[2]),
      Limits.patch.contains(patch[3])
    else {
      throw .misshapenTensor(
        name: p + "patch_embed.proj.weight", expected: [-1, 3, -1, -1], found: patch)
    }
    let positions = try shape(p + "pos_embed", [1, -1, width], tensors)[1]
    guard (1...Limits.tokens).contains(positions) else {
      throw .misshapenTensor(
        name: p + "pos_embed", expected: [1, -1, width], found: [1, positions, width])
    }
    let registers = try registers(
      p + registerName(dino: dino), width: width, said: configuration.registers(), tensors)
    let saysClassToken = try configuration.flag(
      "class_token", shown: tensors.has(p + "cls_token"))
    let hasClassToken = dino || saysClassToken
    let prefix = (hasClassToken ? 1 : 0) + registers
    let native = try nativeSize(
      root, configuration, patch: patch,
      candidates: [
        hasClassToken ? positions - 1 : positions, positions, positions - prefix,
        positions - prefix - 1,
      ]
    )
    let patches = (native.height / patch[2]) * (native.width / patch[3])
    // One position more than there are tokens: the class token's.
    guard hasClassToken || tensors.has(p + "cls_token") || positions != patches + registers + 1
    else {
      throw .missingTensor(name: p + "cls_token", expected: [1, 1, width])
    }
    let stack = p + "blocks."
    let swiGLU = dino && tensors.hasAny("mlp.w12.weight", "mlp.w3.weight", in: stack)
    let inner = try shape(
      p + "blocks.0.mlp.\(swiGLU ? "w3" : "fc2").weight", [width, -1], tensors)[1]
    guard Limits.hidden.contains(inner) else {
      throw root.error("mlp", "a hidden layer of \(inner) is outside 1 to 65536")
    }
    // timm keeps both halves of SwiGLU's first layer in one, under the plain names.
    let packed = try tensors.shape(p + "blocks.0.mlp.fc1.weight")?.first == 2 * inner
    let saysPooledNorm = try configuration.flag(
      "fc_norm", shown: tensors.hasAny(prefix: p + "fc_norm."))
    let normalisesPooled = !dino && saysPooledNorm
    // As timm has it, which has a bias or a normalisation there.
    let saysPreNorm = try configuration.flag(
      "pre_norm", shown: tensors.hasAny(prefix: p + "norm_pre."))
    let hasPreNorm = !dino && saysPreNorm
    // As CLIP has it, whose activation and epsilon no tensor shows.
    guard !hasPreNorm || configuration.isTimms else {
      throw root.error(
        "architecture", "is missing, and norm_pre may be CLIP's: a config.json has to say")
    }
    let saysLayerBias = try configuration.flag(
      "proj_bias",
      shown: tensors.hasAny("attn.proj.bias", "mlp.fc1.bias", "mlp.fc2.bias", in: stack))
    let said = try configuration.heads(width: width, given: heads)
    var tower = try ImageTower(
      shape: .checked(
        root, width: width, heads: said,
        layers: layers(configuration, stack: stack, tensors), hidden: inner,
        activation: swiGLU || packed ? .swiGLU : configuration.activation(),
        epsilon: dino ? 1e-6 : configuration.epsilon, causal: false,
        hasLayerScale: configuration.hasLayerScale(
          shown: tensors.hasAny("ls1.gamma", "ls2.gamma", in: stack)),
        hasAttentionBias: configuration.flag(
          "qkv_bias", shown: tensors.hasAny("attn.qkv.bias", in: stack)),
        hasLayerBias: dino || saysLayerBias),
      height: native.height, width: native.width, patchHeight: patch[2], patchWidth: patch[3],
      channels: 3, registers: registers,
      positions: dino
        ? (registers > 0 ? .bicubicAntialiased : .bicubicOffset) : configuration.positions(),
      hasPatchBias: !hasPreNorm, hasPreNorm: hasPreNorm, projection: nil,
      classes: classes(configuration, prefix: p, tensors)
    )
    tower.hasClassToken = hasClassToken
    tower.pooling =
      dino
      ? .classToken
      : try configuration.pooling(
        hasClassToken: hasClassToken, normalisesPooled: normalisesPooled)
    tower.normalisesPooled = normalisesPooled
    try tower.check(root)
    if !dino, registers > 0 || positions == patches {
      tower.placed = positions == patches ? .patches : .all
    }
    return tower
  }

  /// A tensor's shape, which has to be this one where that is not -1.
  private static func shape(
    _ name: String, _ expected: [Int], _ tensors: TensorChecklist
  ) throws(EncoderError) -> [Int] {
    guard let shape = try tensors.shape(name) else {
      throw .missingTensor(name: name, expected: expected)
    }
    guard shape.count == expected.count, zip(shape, expected).allSatisfy({ $0 == $1 || $1 < 0 })
    else { throw .misshapenTensor(name: name, expected: expected, found: shape) }
    return shape
  }

  /// The number of registers: the configuration's where it says one, the tensor's own otherwise.
  private static func registers(
    _ name: String, width: Int, said: Int?, _ tensors: TensorChecklist
  ) throws(EncoderError) -> Int {
    guard tensors.has(name) || said ?? 0 > 0 else { return 0 }
    let found = try shape(name, [1, said ?? -1, width], tensors)
    guard Limits.registers.contains(found[1]) else {
      throw .misshapenTensor(name: name, expected: [1, -1, width], found: found)
    }
    return found[1]
  }

  /// The input the positions are for: as configured, or the first square.
  private static func nativeSize(
    _ root: ConfigurationReader, _ configuration: TimmConfiguration, patch: [Int],
    candidates: [Int]
  ) throws(EncoderError) -> (height: Int, width: Int) {
    if let size = try configuration.nativeSize() { return size }
    for count in candidates where count > 0 {
      let side = Int(Double(count).squareRoot())
      if side * side == count { return (side * patch[2], side * patch[3]) }
    }
    throw root.error(
      "input_size",
      "\(candidates[0]) positions are not a square; a config.json has to say the size")
  }

  /// - Parameter stack: what precedes the blocks' numbers.
  private static func layers(
    _ configuration: TimmConfiguration, stack: String, _ tensors: TensorChecklist
  ) throws(EncoderError) -> Int {
    let layers = try configuration.depth() ?? tensors.blocks(in: stack)
    guard Limits.layers.contains(layers) else {
      throw layers == 0
        ? .missingTensor(name: stack + "0.norm1.weight", expected: [-1])
        : .configuration(key: "depth", detail: "\(layers) blocks; at most 1024 are supported")
    }
    return layers
  }

  private static func classes(
    _ configuration: TimmConfiguration, prefix: String, _ tensors: TensorChecklist
  ) throws(EncoderError) -> Int? {
    let name = prefix + "head.weight"
    guard let shape = try tensors.shape(name) else {
      guard try configuration.classes(default: 0) == 0, !tensors.has(prefix + "head.bias") else {
        throw .missingTensor(name: name, expected: [-1, -1])
      }
      return nil
    }
    guard shape.count == 2, Limits.classes.contains(shape[0]) else {
      throw .misshapenTensor(name: name, expected: [-1, -1], found: shape)
    }
    return try configuration.classes(default: shape[0])
  }

  private static func recipe(
    _ configuration: TimmConfiguration, _ tower: ImageTower, dino: Bool, prefixed: Bool
  ) throws(EncoderError) -> PreprocessingRecipe {
    if configuration.isTimms || !(dino || prefixed) { return try configuration.recipe(tower) }
    var recipe = PreprocessingRecipe(
      resize: .shortestEdge(256), cropHeight: 224, cropWidth: 224,
      mean: PreprocessingRecipe.imageNetMean,
      standardDeviation: PreprocessingRecipe.imageNetDeviation, order: .convertFirst)
    if dino { return recipe }
    // Community Forensics: 440 for 384, 256 for 224.
    let short = min(tower.height, tower.width)
    recipe.cropHeight = tower.height
    recipe.cropWidth = tower.width
    recipe.resize = .shortestEdge(short == 384 ? 440 : Int((Double(short) * 256 / 224).rounded()))
    return recipe
  }
}
