import Safetensors

/// A model of full size with weights from a seed: nothing but their architecture is anyone's.
///
/// Linear weights are uniform with the standard deviation 1/√inputs, so that values keep their
/// size through the blocks as they do in trained models.
struct RandomModel {
  let model: BenchmarkModel
  private(set) var tensors: [String: TensorValue] = [:]
  private var state: UInt64 = 0x5EED

  init(_ model: BenchmarkModel) {
    self.model = model
    if model.dino { addDINO() } else { addCLIP() }
  }

  private mutating func add(_ name: String, _ shape: [Int], deviation: Float, mean: Float = 0) {
    let count = shape.reduce(1, *)
    let spread = deviation * 2 * Float(3).squareRoot()
    var values = [Float](repeating: 0, count: count)
    for index in values.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      values[index] = (Float(state >> 40) / Float(1 << 24) - 0.5) * spread + mean
    }
    tensors[name] = TensorValue(values, shape: shape)
  }

  private mutating func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
    let separator = name.hasSuffix("in_proj") ? "_" : "."
    add(name + separator + "weight", [outputs, inputs], deviation: 1 / Float(inputs).squareRoot())
    add(name + separator + "bias", [outputs], deviation: 0.02)
  }

  private mutating func norm(_ name: String, _ width: Int) {
    add(name + ".weight", [width], deviation: 0.1, mean: 1)
    add(name + ".bias", [width], deviation: 0.05)
  }

  private mutating func clipBlocks(_ prefix: String, layers: Int, width: Int) {
    for block in 0..<layers {
      let base = "\(prefix)transformer.resblocks.\(block)."
      norm(base + "ln_1", width)
      linear(base + "attn.in_proj", 3 * width, width)
      linear(base + "attn.out_proj", width, width)
      norm(base + "ln_2", width)
      linear(base + "mlp.c_fc", 4 * width, width)
      linear(base + "mlp.c_proj", width, 4 * width)
    }
  }

  private mutating func addCLIP() {
    let width = model.width
    let text = width == 1024 ? 768 : 512
    clipBlocks("visual.", layers: model.layers, width: width)
    add("visual.conv1.weight", [width, 3, model.patch, model.patch], deviation: 0.03)
    add("visual.class_embedding", [width], deviation: 0.3)
    add("visual.positional_embedding", [model.tokens, width], deviation: 0.1)
    norm("visual.ln_pre", width)
    norm("visual.ln_post", width)
    add("visual.proj", [width, text], deviation: 1 / Float(width).squareRoot())
    clipBlocks("", layers: 12, width: text)
    add("token_embedding.weight", [49_408, text], deviation: 0.02)
    add("positional_embedding", [77, text], deviation: 0.01)
    norm("ln_final", text)
    add("text_projection", [text, text], deviation: 1 / Float(text).squareRoot())
    add("logit_scale", [], deviation: 0, mean: 4.6052)
  }

  private mutating func addDINO() {
    let width = model.width
    add("cls_token", [1, 1, width], deviation: 0.3)
    add("pos_embed", [1, 37 * 37 + 1, width], deviation: 0.1)
    add("mask_token", [1, width], deviation: 0.02)
    add("patch_embed.proj.weight", [width, 3, model.patch, model.patch], deviation: 0.03)
    add("patch_embed.proj.bias", [width], deviation: 0.02)
    for block in 0..<model.layers {
      let base = "blocks.\(block)."
      norm(base + "norm1", width)
      linear(base + "attn.qkv", 3 * width, width)
      linear(base + "attn.proj", width, width)
      add(base + "ls1.gamma", [width], deviation: 0.2, mean: 0.5)
      norm(base + "norm2", width)
      linear(base + "mlp.fc1", 4 * width, width)
      linear(base + "mlp.fc2", width, 4 * width)
      add(base + "ls2.gamma", [width], deviation: 0.2, mean: 0.5)
    }
    norm("norm", width)
  }

  /// open_clip's configuration; DINOv2's is told by its tensors.
  var configuration: String? {
    guard !model.dino else { return nil }
    let text = model.width == 1024 ? 768 : 512
    return """
      {"model_cfg": {"embed_dim": \(text), "vision_cfg": {"image_size": \(model.side), \
      "layers": \(model.layers), "width": \(model.width), "patch_size": \(model.patch)}, \
      "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": \(text), \
      "heads": \(text / 64), "layers": 12}}, "preprocess_cfg": {"mean": [0.48145466, 0.4578275, \
      0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}}

      """
  }
}
