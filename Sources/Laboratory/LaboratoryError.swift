/// Why a training or an evaluation stopped.
public enum LaboratoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file that could not be read.
  case unreadable(String)
  /// A file or folder that could not be written.
  case unwritable(String)
  /// A line of the manifest, from 1, and what is wrong with it; the file where it came from one.
  case malformedManifest(file: String? = nil, line: Int, detail: String)
  /// The manifest contradicts itself or the list of families.
  case inconsistentManifest(String)
  /// Nothing to train on or to measure with.
  case emptyDataSet(String)
  /// A picture that cannot be used: its file, and why.
  case unusablePicture(file: String, detail: String)
  /// Training failed.
  case training(String)

  public var description: String {
    switch self {
    case .unreadable(let path): "cannot read \(path)"
    case .unwritable(let path): "cannot write \(path)"
    case .malformedManifest(let file, let line, let detail):
      "\(file ?? "manifest"), line \(line): \(detail)"
    case .inconsistentManifest(let detail): "the manifest is inconsistent: \(detail)"
    case .emptyDataSet(let detail): "not enough pictures: \(detail)"
    case .unusablePicture(let file, let detail): "\(file) cannot be used: \(detail)"
    case .training(let detail): "training failed: \(detail)"
    }
  }

  /// The same, naming the manifest's file.
  func of(_ path: String) -> LaboratoryError {
    switch self {
    case .malformedManifest(nil, let line, let detail):
      .malformedManifest(file: path, line: line, detail: detail)
    case .inconsistentManifest(let detail): .inconsistentManifest("\(path): \(detail)")
    case .emptyDataSet(let detail): .emptyDataSet("\(path): \(detail)")
    default: self
    }
  }
}
