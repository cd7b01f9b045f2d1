/// The features of several extractors side by side, so that one head can weigh them against each
/// other: what is odd of a camera in one of them may be usual beside the others.
public struct JoinedFeatures: FeatureExtractor {
  public let name: String
  public let parts: [any FeatureExtractor]

  /// Changes with the version of any part.
  public var version: Int { parts.reduce(0) { $0 * 100 + $1.version } }
  public var dimension: Int { parts.reduce(0) { $0 + $1.dimension } }

  /// Those of a view at its native size.
  package static let native: [any FeatureExtractor] = [
    SpectrumFeatures(), ResidualFeatures(), ColourFeatures(),
  ]

  /// Those of spectrum, residual and colour at three scales, and of texture at the coarser two.
  public init() {
    self.init(
      name: "joined",
      Self.native + [HalfSizeFeatures(), TextureFeatures(), QuarterSizeFeatures()])
  }

  public init(name: String, _ parts: [any FeatureExtractor]) {
    self.name = name
    self.parts = parts
  }

  public func features(of analysis: ViewAnalysis) -> [Float] {
    parts.flatMap { $0.features(of: analysis) }
  }
}
