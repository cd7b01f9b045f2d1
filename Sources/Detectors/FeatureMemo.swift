import SignalAnalysis
import Synchronization

/// The features of one picture that were computed already, by extractor and view.
final class FeatureMemo: Sendable {
  struct Key: Hashable, Sendable {
    var extractor: String
    /// `nil` where all views have the same features.
    var view: ViewRectangle?
  }

  private let known = Mutex([Key: [Float]]())

  func features(_ key: Key, compute: () -> [Float]) -> [Float] {
    if let found = known.withLock({ $0[key] }) { return found }
    let features = compute()
    known.withLock { $0[key] = features }
    return features
  }
}
