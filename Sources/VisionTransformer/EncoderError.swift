import Safetensors

/// Why an encoder could not be loaded or run.
public enum EncoderError: Error, Sendable, CustomStringConvertible {
  /// The file or folder cannot be read.
  case unreadable(path: String, detail: String)
  /// Neither the configuration nor the names of the tensors are of a known kind.
  case unrecognised(path: String, detail: String)
  /// A value of the configuration is missing, absurd or not supported.
  case configuration(key: String, detail: String)
  /// A tensor that the architecture has is not in the file.
  case missingTensor(name: String, expected: [Int])
  /// The file has a tensor that the architecture has not.
  case extraTensor(name: String, shape: [Int])
  /// A tensor has another shape than the configuration says.
  case misshapenTensor(name: String, expected: [Int], found: [Int])
  /// A tensor's elements are not floating-point numbers.
  case unexpectedType(name: String, found: String)
  /// The weights file itself is damaged.
  case weights(SafetensorsError)
  /// A call with pixels, ids or outputs that the encoder cannot take.
  case input(String)
  /// The machine lacks memory or the product library failed.
  case machine(String)

  public var description: String {
    switch self {
    case .unreadable(let path, let detail): "\(path): \(detail)"
    case .unrecognised(let path, let detail): "\(path): not a known encoder: \(detail)"
    case .configuration(let key, let detail): "configuration, \(key): \(detail)"
    case .missingTensor(let name, let expected):
      "tensor \(name) is missing; one of shape \(expected) was expected"
    case .extraTensor(let name, let shape):
      "tensor \(name) of shape \(shape) is not part of this architecture"
    case .misshapenTensor(let name, let expected, let found):
      "tensor \(name) has shape \(found) where \(expected) was expected"
    case .unexpectedType(let name, let found):
      "tensor \(name) has elements of type \(found) where F32, F16 or BF16 was expected"
    case .weights(let error): "\(error)"
    case .input(let detail), .machine(let detail): detail
    }
  }
}

extension EncoderError {
  init(_ error: TrunkError) {
    self = .machine(error.description)
  }
}
