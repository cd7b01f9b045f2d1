import Safetensors

/// Why a file is not a network that can be run here.
public enum PixelNetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A tensor is missing or has another shape, type or value than it may have.
  case badTensor(name: String, detail: String)
  /// The library cannot run it; its status.
  case library(Int)

  public var description: String {
    switch self {
    case .badTensor(let name, let detail): "tensor \(name): \(detail)"
    case .library(let status): "oneDNN cannot run the network (status \(status))"
    }
  }
}
