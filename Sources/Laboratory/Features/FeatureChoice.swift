import Detectors

/// The features that a head looks at: parts of a source, side by side.
public struct FeatureChoice: Hashable, Sendable {
  public var name: String
  /// Names of parts.
  public var parts: [String]

  public init(name: String, parts: [String]) {
    self.name = name
    self.parts = parts
  }

  /// All hand-made features together.
  public static let joined = FeatureChoice(name: "joined", parts: [DetectorKind.joined.name])

  /// Each kind of hand-made features alone, and all together.
  public static let handMade =
    DetectorKind.handMade.map { FeatureChoice(name: $0.name, parts: [$0.name]) }

  /// `spectrum`, `residual`, `colour`, `half-size`, `texture`, `quarter-size` or `joined`; `nil` for other names.
  public static func named(_ name: String) -> FeatureChoice? {
    handMade.first { $0.name == name }
  }
}
