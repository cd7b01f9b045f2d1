import SignalAnalysis

extension DetectorKind {
  /// How colours are distributed.
  static let colour = DetectorKind(
    name: "colour",
    summary: """
      Compares the statistics of colour, saturation and brightness with those of camera pictures \
      and of each generator family.
      """,
    extractor: ColourFeatures(), figure: ColourFigure.id)
}
