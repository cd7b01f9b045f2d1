/// Why an audit cannot be begun, gone on with, joined or compared.
public struct AuditError: Error, Hashable, Sendable, CustomStringConvertible {
  public var problem: String
  /// What a person can do about it.
  public var mend: String?

  public init(_ problem: String, mend: String? = nil) {
    self.problem = problem
    self.mend = mend
  }

  public var description: String { problem + (mend.map { "\n  " + $0 } ?? "") }
}
