import Detectors

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

/// The features that the detectors without weights look at: a row a view.
public struct HandMadeFeatures: FeatureSource {
  public init() {}

  public var key: String {
    let kinds = DetectorKind.all.map {
      "\($0.name) \($0.extractor.version) \($0.extractor.dimension)"
    }
    return "views \(DetectorInput.maximumViews), " + kinds.joined(separator: ", ")
  }

  public var parts: [FeaturePart] {
    DetectorKind.all.map { FeaturePart(name: $0.name, dimension: $0.extractor.dimension) }
  }

  public func features(
    of picture: DetectorInput, identity: String
  ) throws(LaboratoryError) -> [[Float]] {
    DetectorKind.all.map { kind in
      picture.analyses.flatMap { kind.extractor.features(of: $0) }
    }
  }
}
