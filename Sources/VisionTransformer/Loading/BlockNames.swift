/// What one naming calls the tensors of a block.
struct BlockNames {
  var norm1: String
  var norm2: String
  /// A stacked weight and bias, or three layers.
  var attend: Attend
  var project: String
  var expand: String
  var contract: String
  var layerScale1: String
  var layerScale2: String

  enum Attend {
    case stacked(weight: String, bias: String)
    case separate(query: String, key: String, value: String)
  }

  static func openCLIP(_ p: String) -> BlockNames {
    BlockNames(
      norm1: p + "ln_1", norm2: p + "ln_2",
      attend: .stacked(weight: p + "attn.in_proj_weight", bias: p + "attn.in_proj_bias"),
      project: p + "attn.out_proj", expand: p + "mlp.c_fc", contract: p + "mlp.c_proj",
      layerScale1: p + "ls_1.gamma", layerScale2: p + "ls_2.gamma")
  }

  static func huggingFaceCLIP(_ p: String) -> BlockNames {
    BlockNames(
      norm1: p + "layer_norm1", norm2: p + "layer_norm2",
      attend: .separate(
        query: p + "self_attn.q_proj", key: p + "self_attn.k_proj", value: p + "self_attn.v_proj"),
      project: p + "self_attn.out_proj", expand: p + "mlp.fc1", contract: p + "mlp.fc2",
      layerScale1: "", layerScale2: "")
  }

  static func huggingFaceDINOv2(_ p: String, swiGLU: Bool) -> BlockNames {
    BlockNames(
      norm1: p + "norm1", norm2: p + "norm2",
      attend: .separate(
        query: p + "attention.attention.query", key: p + "attention.attention.key",
        value: p + "attention.attention.value"),
      project: p + "attention.output.dense", expand: p + (swiGLU ? "mlp.weights_in" : "mlp.fc1"),
      contract: p + (swiGLU ? "mlp.weights_out" : "mlp.fc2"),
      layerScale1: p + "layer_scale1.lambda1", layerScale2: p + "layer_scale2.lambda1")
  }

  /// timm's and, with its own names for SwiGLU, facebookresearch's.
  static func timm(_ p: String, swiGLU: Bool) -> BlockNames {
    BlockNames(
      norm1: p + "norm1", norm2: p + "norm2",
      attend: .stacked(weight: p + "attn.qkv.weight", bias: p + "attn.qkv.bias"),
      project: p + "attn.proj", expand: p + (swiGLU ? "mlp.w12" : "mlp.fc1"),
      contract: p + (swiGLU ? "mlp.w3" : "mlp.fc2"), layerScale1: p + "ls1.gamma",
      layerScale2: p + "ls2.gamma")
  }
}

extension TensorChecklist {
  mutating func block(
    _ names: BlockNames, _ shape: TransformerShape
  ) throws(EncoderError) -> BlockTensors {
    let width = shape.width
    var attend = LinearTensors(weights: [], biases: [])
    switch names.attend {
    case .stacked(let weight, let bias):
      attend.weights = [try take(weight, [3 * width, width])]
      if shape.hasAttentionBias { attend.biases = [try take(bias, [3 * width])] }
    case .separate(let query, let key, let value):
      for name in [query, key, value] {
        let part = try linear(name, outputs: width, inputs: width, bias: shape.hasAttentionBias)
        attend.weights += part.weights
        attend.biases += part.biases
      }
    }
    let expanded = shape.activation == .swiGLU ? 2 * shape.hidden : shape.hidden
    return BlockTensors(
      norm1: try norm(names.norm1, width), norm2: try norm(names.norm2, width), attend: attend,
      project: try linear(
        names.project, outputs: width, inputs: width, bias: shape.hasLayerBias),
      expand: try linear(
        names.expand, outputs: expanded, inputs: width, bias: shape.hasLayerBias),
      contract: try linear(
        names.contract, outputs: width, inputs: shape.hidden, bias: shape.hasLayerBias),
      layerScale1: shape.hasLayerScale ? try take(names.layerScale1, [width]) : nil,
      layerScale2: shape.hasLayerScale ? try take(names.layerScale2, [width]) : nil)
  }

  mutating func blocks(
    _ shape: TransformerShape, _ names: (Int) -> BlockNames
  ) throws(EncoderError) -> [BlockTensors] {
    var blocks: [BlockTensors] = []
    for layer in 0..<shape.layers { blocks.append(try block(names(layer), shape)) }
    return blocks
  }
}
