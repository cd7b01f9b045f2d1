import SignalAnalysis

extension DetectorKind {
  /// Everything that the others look at, weighed together.
  package static let joined = DetectorKind(
    name: "joined",
    summary: """
      Weighs the frequency spectrum, the dependencies between neighbouring noise values and the \
      statistics of colour against each other in one classifier.
      """,
    extractor: JoinedFeatures(), figure: nil)
}
