import Classifiers
import Detectors
import ImageCodecs

/// The report's DoubleCLIP (section 2.8) over any features: those of a picture, those of its
/// twin, and how far they lie apart. A generated picture is expected to lie nearer to what its
/// caption generates than a photograph does.
public struct DoubleFeatures: FeatureSource {
  private let base: any FeatureSource
  private let twins: TwinStore

  public init(base: any FeatureSource, twins: TwinStore) {
    self.base = base
    self.twins = twins
  }

  /// Stands before the names of the base's parts.
  public static let prefix = "double-"

  public var key: String { "double 1, \(twins.key), \(base.key)" }

  /// Each part: picture, twin, absolute difference.
  public var parts: [FeaturePart] {
    base.parts.map { FeaturePart(name: Self.prefix + $0.name, dimension: 3 * $0.dimension) }
  }

  public func features(
    of picture: DetectorInput, identity: String
  ) throws(LaboratoryError) -> [[Float]] {
    let twin = try twins.twin(of: picture.pixels, identity: identity)
    let own = try base.features(of: picture, identity: identity)
    let other = try base.features(
      of: DetectorInput(pixels: DetectorInput.rgb(twin), jpegQuality: nil), identity: identity)
    var rows = [[Float]]()
    for (index, part) in base.parts.enumerated() {
      let (one, two) = (
        Self.mean(own[index], part.dimension), Self.mean(other[index], part.dimension)
      )
      rows.append(one + two + zip(one, two).map { abs($0 - $1) })
    }
    return rows
  }

  /// The mean of rows of this width.
  private static func mean(_ values: [Float], _ width: Int) -> [Float] {
    let count = max(1, values.count / width)
    return (0..<width).map { column in
      (0..<count).reduce(Float(0)) { $0 + values[$1 * width + column] } / Float(count)
    }
  }
}
