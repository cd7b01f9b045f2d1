/// How far an audit has come.
public struct AuditProgress: Hashable, Sendable {
  /// Lines made in this run.
  public var done = 0
  /// Lines that earlier runs made.
  public var before = 0
  /// Files found so far by the count that runs ahead, containers as one; `nil` until it is
  /// through.
  public var total: Int?
  /// Links, devices, names and times that were not wanted.
  public var passedOver = 0
  /// Lines of this run by status.
  public var tallies: [AuditRecord.Status: Int] = [:]
  /// Bytes examined in this run.
  public var bytes = 0
  /// Seconds since this run began.
  public var seconds = 0.0

  public init() {}

  /// Lines a second in this run.
  public var rate: Double { seconds > 0 ? Double(done) / seconds : 0 }
}
