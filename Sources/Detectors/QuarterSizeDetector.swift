import SignalAnalysis

extension DetectorKind {
  /// A third scale of the same picture.
  static let quarterSize = DetectorKind(
    name: "quarter-size",
    summary: """
      Looks at the middle of the picture at a quarter of its size, at the frequency spectrum, the \
      dependencies between neighbouring noise values, local texture and the statistics of colour \
      together, where what outlives strong re-encoding shows.
      """,
    extractor: QuarterSizeFeatures(), figure: nil)
}
