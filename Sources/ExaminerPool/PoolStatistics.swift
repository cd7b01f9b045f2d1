/// What a pool has done since it was made.
public struct PoolStatistics: Hashable, Sendable {
  /// Attempts that ended with an examination.
  public var examined = 0
  /// Attempts that ended with a failure, whatever its kind.
  public var failed = 0
  /// Examiners started, the first ones included.
  public var started = 0
  /// Examiners that died or had to be ended while they worked.
  public var lost = 0
  /// Examiners replaced in good order: after their share of exhibits, or for the memory they kept.
  public var retired = 0
  /// Processor time the examiners spent on exhibits, in nanoseconds.
  public var processorTime = 0
  /// The most memory any examiner ever had resident, in bytes.
  public var peakResident = 0

  public init() {}

  /// Books what an examiner says it used. Never traps, whatever that is.
  package mutating func add(_ usage: ExaminerUsage) {
    let (sum, overflow) = processorTime.addingReportingOverflow(usage.processorTime)
    processorTime = overflow ? .max : sum
    peakResident = max(peakResident, usage.peak)
  }
}
