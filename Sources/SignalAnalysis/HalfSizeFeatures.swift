/// Spectrum, residual and colour of the picture at half its size: what a decoder leaves at two to
/// four pixels, and what outlives a re-encoding. All views of a picture share them.
public struct HalfSizeFeatures: FeatureExtractor {
  public let name = "half-size"
  public var version: Int { joined.version }
  public var dimension: Int { joined.dimension }
  public var isSharedByViews: Bool { true }
  private let joined = JoinedFeatures(name: "native", JoinedFeatures.native)

  public init() {}

  public func features(of analysis: ViewAnalysis) -> [Float] {
    joined.features(of: analysis.atHalfSize)
  }
}
