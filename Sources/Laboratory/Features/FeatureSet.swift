import Classifiers
import Detectors

/// The features of pictures after a chain: one sample a picture and draw, one row a view.
public struct FeatureSet: Hashable, Sendable {
  /// One picture, once through the chain.
  public struct Sample: Hashable, Sendable {
    /// Its place among the entries that the set was made from.
    public var entry: Int
    public var draw: Int
    /// The quality of the chain's last JPEG, 1…100.
    public var quality: Int
    /// Its size after the chain.
    public var size: SizeClass
    /// How many views of it were looked at.
    public var views: Int
    /// What beside its features decides whether a likelihood ratio is formed for it.
    package var facts: PictureFacts
    /// The rows of its views, or the one row of their mean.
    public var rows: Range<Int>
  }

  public var samples: [Sample]
  /// Views × features, by detector.
  public var features: [String: FeatureMatrix]

  /// The number of views.
  public var rowCount: Int { samples.last?.rows.upperBound ?? 0 }

  /// The samples that `isIncluded` keeps, with their rows.
  func filter(_ isIncluded: (Sample) -> Bool) -> FeatureSet {
    var kept = [Sample]()
    var rows = [Int]()
    for sample in samples where isIncluded(sample) {
      var moved = sample
      moved.rows = rows.count..<(rows.count + sample.rows.count)
      rows.append(contentsOf: sample.rows)
      kept.append(moved)
    }
    return FeatureSet(samples: kept, features: features.mapValues { $0.selecting(rows: rows) })
  }
}
