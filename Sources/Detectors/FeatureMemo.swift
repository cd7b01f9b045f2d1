import Synchronization

/// The features of one picture that were computed already, by extractor.
final class FeatureMemo: Sendable {
  private let known = Mutex([String: [[Float]]]())

  /// One row a view.
  func features(named name: String, compute: () -> [[Float]]) -> [[Float]] {
    if let found = known.withLock({ $0[name] }) { return found }
    let features = compute()
    known.withLock { $0[name] = features }
    return features
  }
}
