/// Codes of local texture in luma and chroma of the picture at half its size: the order of
/// neighbouring samples and the local phase, in cells that do not depend on the picture's
/// orientation. All views of a picture share them.
///
/// Co-occurrences of residuals count how strong the traces are; these count only signs, so that
/// contrast and noise level say less.
public struct TextureFeatures: FeatureExtractor {
  public let name = "texture"
  public let version = 1
  public var dimension: Int {
    Self.planes.count * Self.codes.reduce(0) { $0 + $1.dimension }
  }
  public var isSharedByViews: Bool { true }

  public init() {}

  private static let planes: [ViewPlanes.Plane] = [.luma, .blueChroma, .redChroma]
  private static let codes: [SignCodes] =
    [.binaryPatterns] + [3, 5, 7].map { .phases(window: $0) }

  public func features(of analysis: ViewAnalysis) -> [Float] {
    let planes = analysis.atHalfSize.planes
    return Self.planes.flatMap { plane in
      Self.codes.flatMap { $0.features(of: plane, in: planes) }
    }
  }
}
