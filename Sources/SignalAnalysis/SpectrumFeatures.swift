import CKernels
import ImageCodecs

/// The shape of the residual's power spectrum, its peaks and lines, and the statistics of the
/// block transform.
public struct SpectrumFeatures: FeatureExtractor {
  public let name = "spectrum"
  public let version = 1
  public var dimension: Int {
    SpectralBands.count + 1 + SpectralPeaks.dimension + BlockStatistics.dimension
  }

  public init() {}

  public func features(of analysis: ViewAnalysis) -> [Float] {
    Self.profile(analysis.logarithms)
      + SpectralPeaks.features(of: analysis.spectrum, logarithms: analysis.logarithms)
      + BlockStatistics.features(of: analysis.planes)
  }

  /// The mean log power of each band less that of all bands, and that mean.
  package static func profile(_ logarithms: [Float]) -> [Float] {
    var sums = [Float](repeating: 0, count: SpectralBands.count + 1)
    fk_band_sums(logarithms, SpectralBands.band, Int32(logarithms.count), &sums)
    let profile = zip(sums, SpectralBands.sizes).map { $0 / $1 }
    let mean = profile.reduce(0, +) / Float(profile.count)
    return profile.map { $0 - mean } + [mean]
  }
}
