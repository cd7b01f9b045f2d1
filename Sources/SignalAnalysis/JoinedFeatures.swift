/// The features of spectrum, residual and colour side by side, so that one head can weigh them
/// against each other: what is odd of a camera in one of them may be usual beside the others.
public struct JoinedFeatures: FeatureExtractor {
  private static let parts: [any FeatureExtractor] = [
    SpectrumFeatures(), ResidualFeatures(), ColourFeatures(),
  ]

  public let name = "joined"
  /// Changes with the version of any part.
  public var version: Int { Self.parts.reduce(0) { $0 * 100 + $1.version } }
  public var dimension: Int { Self.parts.reduce(0) { $0 + $1.dimension } }

  public init() {}

  public func features(of analysis: ViewAnalysis) -> [Float] {
    Self.parts.flatMap { $0.features(of: analysis) }
  }
}
