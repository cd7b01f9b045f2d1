/// The degradations that bundles are measured at, and those that experiments know.
public enum Tiers {
  static let measured: [DegradationChain.Recipe] = [
    .quality(40), .quality(65), .quality(90), .asReceived, .web, .hard,
  ]

  /// Everything that experiments train and test on.
  public static let experiments = measured
}
