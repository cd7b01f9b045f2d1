/// Spectrum, residual, colour and texture of the picture at a quarter of its size: what outlives strong
/// re-encoding and shrinking. All views of a picture share them.
public struct QuarterSizeFeatures: FeatureExtractor {
  public let name = "quarter-size"
  public var version: Int { joined.version }
  public var dimension: Int { joined.dimension }
  public var isSharedByViews: Bool { true }
  private let joined = JoinedFeatures(
    name: "coarse", JoinedFeatures.native + [TextureFeatures()])

  public init() {}

  public func features(of analysis: ViewAnalysis) -> [Float] {
    joined.features(of: analysis.atQuarterSize)
  }
}
