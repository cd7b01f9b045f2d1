import CKernels
import ImageCodecs

/// How colours are spread in RGB, HSV and YCbCr: coarse histograms, moments, saturated shares,
/// the part of the colour space in use, and how far the channels change together.
///
/// Generators over-saturate, avoid clipped samples and spread chroma otherwise than cameras do
/// (McCloskey & Albright, "Detecting GAN-generated imagery using saturation cues", ICIP 2019; Li,
/// Li, Tan & Huang, "Identification of deep network generated images using disparities in color
/// components", Signal Processing 2020). The bins are coarse so that the content can be read from
/// them as little as possible.
public struct ColourFeatures: FeatureExtractor {
  public let name = "colour"
  public let version = 1
  /// Channels with a 16-bin histogram.
  private static let binned = [FK_RED, FK_GREEN, FK_BLUE, FK_SATURATION, FK_VALUE, FK_RANGE]
  /// Channels with four moments.
  private static let measured = [
    FK_RED, FK_GREEN, FK_BLUE, FK_LUMA, FK_BLUE_CHROMA, FK_RED_CHROMA, FK_SATURATION,
  ]
  /// Pairs of R, G, B, Y, Cb, Cr whose differences are correlated.
  private static let pairs = [(3, 4), (4, 5), (3, 5), (0, 1), (0, 2), (1, 2)]

  public var dimension: Int {
    16 * Self.binned.count + 64 + 4 * Self.measured.count + 8 + Self.pairs.count + 12
  }

  public init() {}

  public func features(of analysis: ViewAnalysis) -> [Float] {
    let counts = ColourCounts(of: analysis.view, analysis.planes)
    var features = [Float]()
    features.reserveCapacity(dimension)
    for channel in Self.binned { features += counts.shares(of: Int(channel.rawValue)) }
    features += counts.chromaShares
    for channel in Self.measured { features += counts.moments(of: Int(channel.rawValue)) }
    features += counts.extremes + counts.occupancy
    features += Self.pairs.map { counts.correlation($0.0, $0.1) }
    return features + counts.activities
  }
}
