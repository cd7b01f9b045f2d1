/// The parts of an examination that can be switched off, by the names that the configuration and
/// the command line use.
public enum ExaminationMethod: String, Hashable, Sendable, Codable, CaseIterable {
  /// An earlier saving as JPEG on the same block grid, and its quality.
  case doubleJPEG = "double-jpeg"
  /// Where the block grid of a JPEG lies and where it breaks off.
  case blockGrid = "block-grid"
  /// Parts that were saved at another quality before.
  case ghosts
  /// Error-level analysis.
  case errorLevel = "error-level"
  /// Parts with more or less noise than the rest.
  case noise
  /// Parts that lie in the picture twice.
  case copyMove = "copy-move"
  /// Who is known to build files like this one.
  case encoder
}
