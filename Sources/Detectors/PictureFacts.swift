/// What of a picture, beside the detectors' scores, decides whether a likelihood ratio is formed for it.
/// Examinations and measurements look at the same facts (`BundleDescription.Limits.obstacle`).
package struct PictureFacts: Hashable, Sendable {
  /// Rows that a decoder filled in, since the file is damaged.
  package struct Damage: Hashable, Sendable {
    /// Rows from the top that are the picture's own.
    package var soundRows: Int
    /// All rows that are looked at.
    package var rows: Int

    /// `nil` where nothing to speak of is lost. The last row of blocks is not counted: where only the
    /// end marker is missing, a decoder cannot vouch for it.
    package init?(soundRows: Int, rows: Int) {
      guard soundRows < rows - 16 else { return nil }
      self.soundRows = soundRows
      self.rows = rows
    }
  }

  /// In pixels, before the picture is shrunk for the detectors.
  package var shorterSide: Int
  /// Measured from the file's tables, 1…100; `nil` where it has none.
  package var jpegQuality: Int?
  /// Standard deviation of luma over the views, in levels. Single precision, as the store of features
  /// keeps it, so that what is read back decides the same.
  package var deviation: Float
  /// `ColourSpread` of what detectors see of the picture, in levels.
  package var colourSpread: Float
  package var damage: Damage?

  package init(
    shorterSide: Int, jpegQuality: Int?, deviation: Float, colourSpread: Float,
    damage: Damage? = nil
  ) {
    self.shorterSide = shorterSide
    self.jpegQuality = jpegQuality
    self.deviation = deviation
    self.colourSpread = colourSpread
    self.damage = damage
  }

  package init(of input: DetectorInput, damage: Damage?) {
    self.init(
      shorterSide: min(input.pixels.width, input.pixels.height), jpegQuality: input.jpegQuality,
      deviation: Float(input.deviation), colourSpread: Float(ColourSpread.of(input.bounded)),
      damage: damage)
  }
}
