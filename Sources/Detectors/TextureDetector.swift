import SignalAnalysis

extension DetectorKind {
  /// Codes of local texture.
  static let texture = DetectorKind(
    name: "texture",
    summary: """
      Counts at half the picture's size which of neighbouring pixels are brighter and how local \
      waves lie to each other, whatever their strength; generators draw textures in another way than \
      lenses and sensors do.
      """,
    extractor: TextureFeatures(), figure: nil)
}
