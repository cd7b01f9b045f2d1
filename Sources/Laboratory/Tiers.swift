/// The degradations that bundles are measured at.
enum Tiers {
  static let measured: [DegradationChain.Recipe] = [
    .quality(40), .quality(65), .quality(90), .asReceived,
  ]
}
