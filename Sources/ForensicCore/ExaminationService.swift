/// Whoever examines files: in the service a pool of confined child processes.
public protocol ExaminationService: Sendable {
  /// Examines the file behind an open, readable descriptor from its first byte on. The
  /// descriptor stays the caller's, and its file offset is not relied upon. Never throws: a file
  /// that cannot be examined is an outcome like any other.
  ///
  /// - Parameter without: methods that are left out.
  func examine(
    descriptor: Int32, name: FileName, size: Int, without: Set<ExaminationMethod>
  ) async -> ExaminationOutcome
}

extension ExaminationService {
  /// Examines with every method.
  public func examine(descriptor: Int32, name: FileName, size: Int) async -> ExaminationOutcome {
    await examine(descriptor: descriptor, name: name, size: size, without: [])
  }
}

/// What came of one attempt at an exhibit.
public struct ExaminationOutcome: Sendable {
  public var result: Result<Examination, ExaminationFailure>
  /// How the child that made the attempt was confined.
  public var confinement: Report.Confinement?

  public init(
    result: Result<Examination, ExaminationFailure>, confinement: Report.Confinement? = nil
  ) {
    self.result = result
    self.confinement = confinement
  }
}
