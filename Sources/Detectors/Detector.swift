import ForensicCore

/// Looks at a picture's pixels and says how they spread over camera and generator families.
public protocol Detector: Sendable {
  /// A short name, such as `spectrum`; unique within a bundle.
  var name: String { get }
  /// What it looks at, in one sentence for the report.
  var summary: String { get }
  /// Scores a picture: a softmax over `real` and the families of its bundle. The same input
  /// gives the same result, bit for bit, whatever else is running.
  func examine(_ picture: DetectorInput) throws(DetectorError) -> DetectorResult
}

/// Why a detector gave no scores. The ensemble goes on without it and says so.
public struct DetectorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence for the report.
  public var reason: String

  public init(reason: String) { self.reason = reason }

  public var description: String { reason }
}
