import SignalAnalysis

extension DetectorKind {
  /// Dependencies between neighbouring noise values.
  static let residual = DetectorKind(
    name: "residual",
    summary: """
      Counts how often neighbouring values of the high-pass residual occur together, in luma and \
      chroma; cameras and generators differ in these statistics.
      """,
    extractor: ResidualFeatures(), figure: nil)
}
