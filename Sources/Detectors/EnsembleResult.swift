import ForensicCore
import JPEGForensics

/// What the ensemble made of one picture: the parts of an `Examination` that come from pixels.
public struct EnsembleResult: Hashable, Sendable {
  /// Every detector of the bundle, in its order, whether it ran or not.
  public var detectors: [DetectorResult]
  public var conclusion: Conclusion
  /// `spectrum`, what it is compared with (`spectrum-…`), and `colour-histogram`.
  public var figures: [Figure]
  public var findings: [Finding]
  public var notExamined: [Examination.Omission]
  /// The scores square by square, where they were asked for and could be given.
  public var maps: [CompressionHistory.TraceMap]

  public init(
    detectors: [DetectorResult], conclusion: Conclusion, figures: [Figure], findings: [Finding],
    notExamined: [Examination.Omission], maps: [CompressionHistory.TraceMap] = []
  ) {
    self.maps = maps
    self.detectors = detectors
    self.conclusion = conclusion
    self.figures = figures
    self.findings = findings
    self.notExamined = notExamined
  }
}
