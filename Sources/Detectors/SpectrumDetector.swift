import SignalAnalysis

extension DetectorKind {
  /// Periodic traces of up-sampling in the noise residual.
  static let spectrum = DetectorKind(
    name: "spectrum",
    summary: """
      Looks for the periodic traces that up-sampling leaves in the frequency spectrum of the \
      picture's noise residual.
      """,
    extractor: SpectrumFeatures(), figure: SpectrumFigure.id)
}
