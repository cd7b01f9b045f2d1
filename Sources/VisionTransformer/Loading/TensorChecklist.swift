import Safetensors

/// Takes a model's tensors by name, each checked, and remembers which were taken, so that what is
/// left over can be named.
struct TensorChecklist {
  let source: any TensorSource
  private let present: Set<String>
  private var taken: Set<String> = []

  init(_ source: any TensorSource) {
    self.source = source
    present = Set(source.names)
  }

  func has(_ name: String) -> Bool { present.contains(name) }

  /// Whether the name of any tensor begins so.
  func hasAny(prefix: String) -> Bool { present.contains { $0.hasPrefix(prefix) } }

  /// Whether any of a stack's blocks has a tensor of one of these names.
  /// - Parameter stack: what precedes the number of a block, such as `vit.blocks.`.
  func hasAny(_ names: String..., in stack: String) -> Bool {
    present.contains { tensor in
      names.contains { tensor.hasSuffix("." + $0) } && Self.block(of: tensor, in: stack) != nil
    }
  }

  /// One more than the highest number of a block in a stack; 0 where there is none.
  func blocks(in stack: String) -> Int {
    present.reduce(0) { max($0, (Self.block(of: $1, in: stack) ?? -1) + 1) }
  }

  private static func block(of tensor: String, in stack: String) -> Int? {
    guard tensor.hasPrefix(stack) else { return nil }
    // Longer numbers are beyond every limit, and none overflows.
    let digits = tensor.dropFirst(stack.count).prefix { $0.isASCII && $0.isNumber }.prefix(9)
    return Int(digits)
  }

  /// The tensor's shape, where it is there.
  func shape(_ name: String) throws(EncoderError) -> [Int]? {
    guard has(name) else { return nil }
    do throws(SafetensorsError) { return try source.tensor(name).shape } catch {
      throw .weights(error)
    }
  }

  /// The tensor, which must have this shape and a floating-point type.
  mutating func take(_ name: String, _ expected: [Int]) throws(EncoderError) -> Tensor {
    guard has(name) else { throw .missingTensor(name: name, expected: expected) }
    let tensor: Tensor
    do throws(SafetensorsError) { tensor = try source.tensor(name) } catch {
      throw .weights(error)
    }
    guard tensor.shape == expected else {
      throw .misshapenTensor(name: name, expected: expected, found: tensor.shape)
    }
    switch tensor.type {
    case .float16, .bfloat16, .float32, .float64: break
    default: throw .unexpectedType(name: name, found: tensor.type.rawValue)
    }
    taken.insert(name)
    return tensor
  }

  /// A weight and its bias, where the layer has one.
  mutating func linear(
    _ name: String, outputs: Int, inputs: Int, bias: Bool = true
  ) throws(EncoderError) -> LinearTensors {
    LinearTensors(
      weights: [try take(name + ".weight", [outputs, inputs])],
      biases: bias ? [try take(name + ".bias", [outputs])] : [])
  }

  mutating func norm(
    _ name: String, _ width: Int
  ) throws(EncoderError) -> (scale: Tensor, shift: Tensor) {
    (try take(name + ".weight", [width]), try take(name + ".bias", [width]))
  }

  /// Throws if a tensor was not taken and is not one of the harmless ones.
  func finish(ignoring harmless: (String) -> Bool) throws(EncoderError) {
    for name in source.names where !taken.contains(name) && !harmless(name) {
      throw .extraTensor(name: name, shape: try shape(name) ?? [])
    }
  }
}
