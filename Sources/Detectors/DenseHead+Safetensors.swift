import Safetensors

extension DenseHead {

  /// Reads a head of the given number of inputs and outputs; `file` is for errors.
  package static func load(
    from source: some TensorSource, file: String, inputs: Int, outputs: Int
  ) throws(BundleError) -> DenseHead {
    let names = source.names
    let mean = try read("mean", from: source, file: file) { $0 == [inputs] }
    let scale = try read("scale", from: source, file: file) { $0 == [inputs] }
    var layers = [Layer]()
    var width = inputs
    let depth = names.contains("layers.1.weight") ? 2 : 1
    for index in 0..<depth {
      let last = index + 1 == depth
      let prefix = "layers.\(index)."
      let bias = try read(prefix + "bias", from: source, file: file) { shape in
        shape.count == 1 && (last ? shape[0] == outputs : (1...4096).contains(shape[0]))
      }
      let weight = try read(prefix + "weight", from: source, file: file) {
        $0 == [width, bias.count]
      }
      layers.append(Layer(weight: weight, bias: bias))
      width = bias.count
    }
    return DenseHead(mean: mean, scale: scale, layers: layers)
  }

  private static func read(
    _ name: String, from source: some TensorSource, file: String, shape isRight: ([Int]) -> Bool
  ) throws(BundleError) -> [Float] {
    let tensor: Tensor
    let values: [Float]
    do {
      tensor = try source.tensor(name)
      guard isRight(tensor.shape) else {
        throw BundleError.badTensor(
          file: file, tensor: name, detail: "has the unexpected shape \(tensor.shape)")
      }
      values = try tensor.floats()
    } catch let error as BundleError {
      throw error
    } catch {
      throw .badTensor(file: file, tensor: name, detail: String(describing: error))
    }
    guard values.allSatisfy(\.isFinite) else {
      throw .badTensor(file: file, tensor: name, detail: "holds a number that is not finite")
    }
    return values
  }
}
