import Detectors
import ForensicCore
import PixelNetwork
import SignalAnalysis

/// What computes features of pictures: the hand-made detectors' extractors, or an encoder.
public protocol FeatureSource: Sendable {
  /// Everything that the numbers depend on beside the picture: names, versions, digests.
  var key: String { get }
  /// The kinds of features that are computed together, in order.
  var parts: [FeaturePart] { get }
  /// For each part its features, row after row; all parts have the same number of rows, at
  /// least one (a view each, or the whole picture).
  /// - Parameter identity: what tells the picture from all others, before the chain.
  func features(
    of picture: DetectorInput, identity: String
  ) throws(LaboratoryError) -> [[Float]]
}

/// One kind of features.
public struct FeaturePart: Hashable, Sendable {
  /// Names the tensor in the store, such as `spectrum`.
  public var name: String
  /// Numbers a row.
  public var dimension: Int

  public init(name: String, dimension: Int) {
    self.name = name
    self.dimension = dimension
  }
}

/// The features that the bundle's own detectors look at: a row a view.
public struct ViewFeatures: FeatureSource {
  private let extractors: [any FeatureExtractor]
  private let digest: SHA256Digest?

  /// Those made by hand and, where a network is given, its own.
  /// - Parameter digest: of the network's file.
  public init(network: PixelNetwork? = nil, digest: SHA256Digest? = nil) {
    var names = Set<String>()
    extractors = DetectorKind.all(with: network).map(\.extractor)
      .filter { names.insert($0.name).inserted }
    self.digest = digest
  }

  public var key: String {
    let names = extractors.map { "\($0.name) \($0.version) \($0.dimension)" }
    let base = "views \(DetectorInput.maximumViews), " + names.joined(separator: ", ")
    return digest.map { "\(base), network \($0)" } ?? base
  }

  public var parts: [FeaturePart] {
    extractors.map { FeaturePart(name: $0.name, dimension: $0.dimension) }
  }

  public func features(
    of picture: DetectorInput, identity: String
  ) throws(LaboratoryError) -> [[Float]] {
    extractors.map { picture.features(of: $0).flatMap { $0 } }
  }
}
