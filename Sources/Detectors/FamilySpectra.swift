import ForensicCore
import SignalAnalysis

/// What the residual's spectrum looks like on average, by family: `spectra.safetensors` of a bundle.
///
/// The spectra are those of the report's own figure (`SpectrumFigure`): luma's Laplacian residual,
/// clipped to ±8, under a Hann window of 256 × 256, log2(1 + power), the mean of a picture's views.
/// Nothing is concluded from them; they are shown beside the picture's own.
public struct FamilySpectra: Hashable, Sendable {
  /// The name of the file within a bundle.
  public static let file = "spectra.safetensors"
  /// Pictures of a family that make an average.
  public static let leastPictures = 10
  /// The file is no larger, in bytes: 1000 families of 17 kB.
  public static let maximumFileSize = 20 << 20

  /// The average of one family.
  public struct Average: Hashable, Sendable {
    public var family: GeneratorFamily
    /// How many pictures it is of, at least one.
    public var pictures: Int
    public var map: SpectrumMap

    public init(family: GeneratorFamily, pictures: Int, map: SpectrumMap) {
      self.family = family
      self.pictures = pictures
      self.map = map
    }
  }

  /// `real` among them.
  public var averages: [Average]
  /// The digest of the manifest that the pictures are listed in.
  public var manifest: SHA256Digest
  /// Which of its pictures, such as `train`.
  public var split: String
  /// What the pictures passed through before they were looked at.
  public var chain: String

  public init(averages: [Average], manifest: SHA256Digest, split: String, chain: String) {
    self.averages = averages
    self.manifest = manifest
    self.split = split
    self.chain = chain
  }

  /// The average of a family; `nil` where it had too few pictures.
  public func average(of family: GeneratorFamily) -> Average? {
    averages.first { $0.family == family }
  }
}
