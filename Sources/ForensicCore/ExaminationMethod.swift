/// A method that can be left out of an examination, an inbox at a time, and that has a time
/// budget of its own. The rest always runs.
public enum ExaminationMethod: String, Hashable, Sendable, Codable, CaseIterable {
  case contentCredentials = "content-credentials"

  /// Seconds it may take where the configuration does not say otherwise.
  public var standardBudget: Double {
    switch self {
    case .contentCredentials: 5
    }
  }

  /// What a report calls it.
  public var title: String {
    switch self {
    case .contentCredentials: "Content Credentials"
    }
  }
}
