import SignalAnalysis

extension DetectorKind {
  /// Everything that the others look at, weighed together.
  package static let joined = DetectorKind(
    name: "joined",
    summary: """
      Weighs the frequency spectrum, the dependencies between neighbouring noise values and the \
      statistics of colour, at full, half and quarter size, against each other in one classifier.
      """,
    extractor: JoinedFeatures(), figure: nil)

  /// The same features, in a head that learns from large sources alone.
  package static let familiar = DetectorKind(
    name: "familiar",
    summary: """
      Weighs the same statistics as the detector joined, in a classifier that learnt only from \
      the sources with many pictures: surer of what resembles them, of no use elsewhere.
      """,
    extractor: JoinedFeatures(), figure: nil, isFamiliar: true)
}
