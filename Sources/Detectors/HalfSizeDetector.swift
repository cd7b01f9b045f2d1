import SignalAnalysis

extension DetectorKind {
  /// A second scale of the same picture.
  static let halfSize = DetectorKind(
    name: "half-size",
    summary: """
      Looks at the middle of the picture at half its size, at the frequency spectrum, the \
      dependencies between neighbouring noise values and the statistics of colour together, \
      where what outlives a re-encoding shows.
      """,
    extractor: HalfSizeFeatures(), figure: nil)
}
