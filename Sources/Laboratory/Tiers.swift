/// The degradations that bundles are measured at, and those that experiments know.
public enum Tiers {
  static let measured = experiments + [.edited]

  /// Everything that experiments train and test on: scaled and compressed, as in the seed report.
  public static let experiments: [DegradationChain.Recipe] = [
    .quality(40), .quality(65), .quality(90), .asReceived, .web, .hard,
  ]
}
