/// A method that can be left out of an examination, an inbox at a time, by the names that the
/// configuration and the command line use. The rest always runs.
public enum ExaminationMethod: String, Hashable, Sendable, Codable, CaseIterable {
  case contentCredentials = "content-credentials"
  /// An earlier saving as JPEG on the same block grid, and its quality.
  case doubleJPEG = "double-jpeg"
  /// An earlier saving as JPEG on another block grid, and its quality.
  case shiftedJPEG = "shifted-jpeg"
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
  /// The detectors' score of one square of the picture after the other.
  case tileScores = "tile-scores"
  /// Whether the conclusion holds when the picture is saved again, made smaller or cropped.
  case stability
  /// What part of the picture the scores of learned detectors rest on.
  case occlusion

  /// Seconds it may take where the configuration does not say otherwise; `nil` where its work is
  /// bounded by the size of the picture, so that the same file always gives the same result.
  public var standardBudget: Double? {
    switch self {
    case .contentCredentials, .occlusion: 5
    default: nil
    }
  }

  /// Whether the configuration may bound its time. Where it does so of a method without a standard
  /// budget, what a report says can depend on how busy the machine was.
  public var takesBudget: Bool { standardBudget != nil || self == .stability }

  /// What a report calls it.
  public var title: String {
    switch self {
    case .contentCredentials: "Content Credentials"
    case .doubleJPEG: "Earlier JPEG saving"
    case .shiftedJPEG: "Earlier JPEG saving on a shifted grid"
    case .blockGrid: "Breaks of the block grid"
    case .ghosts: "JPEG ghosts"
    case .errorLevel: "Error levels"
    case .noise: "Noise"
    case .copyMove: "Copied parts"
    case .encoder: "Who builds such files"
    case .tileScores: "Scores square by square"
    case .stability: "Stability under small changes"
    case .occlusion: "What the scores rest on"
    }
  }
}
