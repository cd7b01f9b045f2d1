import ForensicCore
import Glibc
import VisionTransformer

/// Why the model store could not do what was asked.
public enum ModelStoreError: Error, Sendable, CustomStringConvertible {
  /// A system call failed: what was tried, on what, and its errno.
  case system(action: String, path: String, code: Int32)
  /// The source is not a model, or a damaged one.
  case model(EncoderError)
  /// The source is of a kind that is not read, with what to do about it.
  case unsupported(path: String, detail: String)
  /// A name that cannot be a model's.
  case badName(String)
  case alreadyInstalled(String)
  /// No such model, with those that are there.
  case notInstalled(String, known: [String])
  /// The record of an installed model cannot be read.
  case badRecord(path: String, detail: String)
  /// The catalogue cannot be read.
  case badCatalogue(path: String, detail: String)
  /// The catalogue has no such entry, or the model is of another shape than the entry says.
  case notThatModel(String)
  /// Other bytes arrived in the store than were read from the source.
  case changed(path: String)

  public var description: String {
    switch self {
    case .system(let action, let path, let code):
      "cannot \(action) \(path.madeVisible): \(String(cString: strerror(code)))"
    case .model(let error): error.description
    case .unsupported(let path, let detail): "\(path.madeVisible): \(detail)"
    case .badName(let name):
      "\"\(name.madeVisible)\" cannot name a model: letters, digits, dots, dashes and underlines, "
        + "at most 100, beginning with a letter or digit"
    case .alreadyInstalled(let name):
      "a model \(name) is installed already; --replace puts the new one in its place"
    case .notInstalled(let name, let known):
      "no model \(name.madeVisible) is installed"
        + (known.isEmpty ? "" : "; there are \(known.joined(separator: ", "))")
    case .badRecord(let path, let detail): "\(path): \(detail)"
    case .badCatalogue(let path, let detail): "\(path): \(detail)"
    case .notThatModel(let detail): detail
    case .changed(let path): "\(path.madeVisible) changed while it was copied"
    }
  }

  /// Whether the caller lacked a permission.
  public var isPermission: Bool {
    if case .system(_, _, let code) = self {
      return code == EACCES || code == EPERM || code == EROFS
    }
    return false
  }
}
