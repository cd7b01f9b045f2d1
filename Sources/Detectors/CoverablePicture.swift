/// A picture as one detector sees it, of which squares can be covered: each with the mean colour of
/// what the detector sees, so that neither an edge nor a colour stands out more than it must.
package struct CoverablePicture {
  /// Where what the detector sees lies in the picture that detectors look at (`DetectorInput.bounded`),
  /// in its pixels. It may reach beyond, where an encoder's input is padded.
  package struct Area: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  let area: Area
  /// How many squares are best looked at together.
  let batch: Int
  /// The detector's natural log-odds of *generated*, one for each square that alone is covered.
  let logOdds: (OcclusionGrid, ArraySlice<OcclusionGrid.Square>) throws(DetectorError) -> [Double]

  package init(
    area: Area, batch: Int,
    logOdds:
      @escaping (
        OcclusionGrid, ArraySlice<OcclusionGrid.Square>
      ) throws(DetectorError) -> [Double]
  ) {
    self.area = area
    self.batch = batch
    self.logOdds = logOdds
  }
}

/// A detector of which it can be asked what part of a picture its score rests on.
protocol CoverableDetector: Detector {
  /// `nil` where its features are made by hand: scores square by square tell of those.
  func coverable(_ picture: DetectorInput) -> CoverablePicture?
}
