import Safetensors

/// The network's file, read and checked.
struct PixelNetworkPlan {
  /// One 3 × 3 convolution.
  struct Layer {
    var inputs: Int
    var outputs: Int
    var stride: Int
    /// outputs × inputs × 3 × 3.
    var weights: [Float]
    /// outputs.
    var bias: [Float]
  }

  static let maximumLayers = 32
  static let maximumPlanes = 1024

  var layers: [Layer]
  /// The residual is held within this many levels of 255.
  var range: Float

  init(from source: some TensorSource) throws(PixelNetworkError) {
    let strides = try Self.integers("strides", from: source)
    guard (1...Self.maximumLayers).contains(strides.count),
      strides.allSatisfy({ (1...2).contains($0) })
    else {
      throw .badTensor(
        name: "strides", detail: "1 to \(Self.maximumLayers) numbers are possible, each 1 or 2")
    }
    let ranges = try Self.floats("range", shape: [1], from: source)
    guard let range = ranges.first, range > 0 else {
      throw .badTensor(name: "range", detail: "has to be above 0")
    }
    self.range = range
    layers = []
    var inputs = 3
    for (index, stride) in strides.enumerated() {
      let name = "conv\(index + 1)"
      let outputs: Int
      do { outputs = try source.tensor("\(name).bias").shape.first ?? 0 } catch {
        throw .badTensor(name: "\(name).bias", detail: "\(error)")
      }
      guard (1...Self.maximumPlanes).contains(outputs) else {
        throw .badTensor(
          name: "\(name).bias", detail: "1 to \(Self.maximumPlanes) planes are possible")
      }
      layers.append(
        Layer(
          inputs: inputs, outputs: outputs, stride: stride,
          weights: try Self.floats(
            "\(name).weight", shape: [outputs, inputs, 3, 3], from: source),
          bias: try Self.floats("\(name).bias", shape: [outputs], from: source)))
      inputs = outputs
    }
  }

  private static func integers(
    _ name: String, from source: some TensorSource
  ) throws(PixelNetworkError) -> [Int] {
    do { return try source.integers(name) } catch {
      throw .badTensor(name: name, detail: "\(error)")
    }
  }

  private static func floats(
    _ name: String, shape: [Int], from source: some TensorSource
  ) throws(PixelNetworkError) -> [Float] {
    let values: [Float]
    do {
      let tensor = try source.tensor(name)
      guard tensor.shape == shape else {
        throw PixelNetworkError.badTensor(
          name: name, detail: "has the shape \(tensor.shape), not \(shape)")
      }
      values = try tensor.floats()
    } catch let error as PixelNetworkError {
      throw error
    } catch { throw .badTensor(name: name, detail: "\(error)") }
    guard values.allSatisfy(\.isFinite) else {
      throw .badTensor(name: name, detail: "holds a number that is not finite")
    }
    return values
  }
}
