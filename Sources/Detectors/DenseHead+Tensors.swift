import Safetensors

extension DenseHead {
  /// Everything needed to load it again.
  public func tensors() -> [String: TensorValue] {
    var tensors = ["mean": TensorValue(mean), "scale": TensorValue(scale)]
    var width = inputCount
    for (index, layer) in layers.enumerated() {
      tensors["layers.\(index).weight"] = TensorValue(
        layer.weight, shape: [width, layer.bias.count])
      tensors["layers.\(index).bias"] = TensorValue(layer.bias)
      width = layer.bias.count
    }
    return tensors
  }
}
