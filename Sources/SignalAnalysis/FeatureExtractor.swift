/// What turns one view of a picture into the numbers that a classifier sees.
///
/// An extractor is a pure function of the samples: the same view gives the same bits on every
/// machine thread and in any order of views.
public protocol FeatureExtractor: Sendable {
  /// `spectrum`, `residual`, `colour`: the name of the detector that it feeds.
  var name: String { get }
  /// Grows whenever the numbers change; a bundle trained on another version must not be used.
  var version: Int { get }
  /// The count of features.
  var dimension: Int { get }
  /// The `dimension` features of one view. All are finite.
  func features(of analysis: ViewAnalysis) -> [Float]
  /// The extractors whose features lie side by side in this one's; itself where it is no
  /// combination of others.
  var parts: [any FeatureExtractor] { get }
  /// Whether all views of one picture have the same features.
  var isSharedByViews: Bool { get }
}

extension FeatureExtractor {
  public var parts: [any FeatureExtractor] { [self] }
  public var isSharedByViews: Bool { false }
}
