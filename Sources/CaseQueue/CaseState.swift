/// Where an exhibit stands on its way.
///
/// Every exhibit ends as exactly one of `reported` and `quarantined`. `failed` is a station, not
/// an end: an attempt failed for a reason that may pass, and another one is due.
public enum CaseState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Seen in an inbox.
  case received
  /// Its size and modification time stood still, or it was renamed in.
  case settled
  /// Hashed, written down, waiting for an examiner.
  case queued
  /// Before an examiner.
  case examining
  /// Its report is in the outbox. An end.
  case reported
  /// An attempt failed and the next one is due later.
  case failed
  /// It could not be examined; the outbox's quarantine says why. An end.
  case quarantined

  /// Whether nothing more happens to it unless a person asks.
  public var isFinal: Bool { self == .reported || self == .quarantined }
}
