import ForensicCore
import Safetensors

/// Why a model bundle was refused. Nothing of a refused bundle is used.
public enum BundleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file of the bundle could not be read.
  case unreadable(file: String)
  /// `bundle.json` is not the JSON it has to be.
  case malformed(file: String, detail: String)
  /// A format that this version does not read.
  case unsupportedFormat(Int)
  /// `bundle.json` contradicts itself, or names a file outside the bundle.
  case inconsistent(String)
  /// The bytes of a file are not those that `bundle.json` was written for.
  case digestMismatch(file: String)
  /// A tensor is missing, has another shape or type, or holds a number that is not finite.
  case badTensor(file: String, tensor: String, detail: String)

  public var description: String {
    switch self {
    case .unreadable(let file): "\(file) of the bundle cannot be read"
    case .malformed(let file, let detail): "\(file) is malformed: \(detail)"
    case .unsupportedFormat(let format):
      "bundle format \(format) is not known here (known: \(BundleDescription.currentFormat))"
    case .inconsistent(let detail): "bundle.json is inconsistent: \(detail)"
    case .digestMismatch(let file): "\(file) is not the file that bundle.json was written for"
    case .badTensor(let file, let tensor, let detail): "\(file): tensor \(tensor): \(detail)"
    }
  }
}
