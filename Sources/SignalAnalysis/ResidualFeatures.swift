import CKernels
import ImageCodecs

/// Co-occurrences of quantised high-pass residuals in luma and chroma, after the spatial rich
/// model (Fridrich & Kodovský, "Rich models for steganalysis of digital images", IEEE TIFS 2012)
/// and its colour version (Goljan, Fridrich & Cogranne, "Rich model for steganalysis of color
/// images", WIFS 2014).
///
/// A generator draws smooth areas, edges and grain with other local statistics than a sensor and
/// a demosaicing filter do; co-occurrences of what is left after the content is predicted away
/// count these statistics pattern by pattern.
public struct ResidualFeatures: FeatureExtractor {
  public let name = "residual"
  public let version = 1
  public var dimension: Int { Self.size }

  public init() {}

  private static let size =
    passes.reduce(0) { $0 + $1.dimension }
    + crossPasses.count * CooccurrenceFold.signed.dimension

  /// What is counted in one plane.
  package static let passes: [CooccurrencePass] = [
    CooccurrencePass(.luma, .first, 1, 4, [.along]),
    CooccurrencePass(.luma, .second, 1, 3, [.across]),
    CooccurrencePass(.luma, .second, 2, 7, [.across]),
    CooccurrencePass(.luma, .third, 4, 12, [.across]),
    CooccurrencePass(.luma, .laplace, 1, 5),
    CooccurrencePass(.luma, .mixed, 2, 6),
    CooccurrencePass(.blueChroma, .skip, 0, 2),
    CooccurrencePass(.redChroma, .skip, 0, 2),
  ]

  /// What is counted across planes.
  package static let crossPasses: [CrossPass] = [
    CrossPass(
      planes: [.luma, .blueChroma, .redChroma], kernel: .first, luma: (0, 2), chroma: (0, 1))
  ]

  public func features(of analysis: ViewAnalysis) -> [Float] {
    let planes = analysis.planes
    var features = [Float]()
    features.reserveCapacity(Self.size)
    for pass in Self.passes { features += pass.features(of: planes) }
    for pass in Self.crossPasses { features += pass.features(of: planes) }
    return features
  }
}
