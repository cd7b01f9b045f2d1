import ForensicCore
import FoundationEssentials
import ImageCodecs
import SignalAnalysis

/// The averaged spectrum of the noise residual, as the report shows it.
enum SpectrumFigure {
  static let id = "spectrum"

  /// `nil` where there is no view, or where the picture could not be written.
  static func figure(of views: [ViewAnalysis]) -> Figure? {
    guard let spectrum = ResidualSpectrum.averaged(views),
      let png = try? ImageEncoder.png(spectrum, level: 1)
    else { return nil }
    return Figure(
      id: id, title: "Spectrum of the noise residual",
      caption: """
        Power of the high-pass residual by frequency, averaged over the views; frequency 0 in the \
        middle, the highest at the edge, brightness on a logarithmic scale. Isolated bright \
        points, rows or grids are periodic traces: of up-sampling in a generator, of the 8 × 8 \
        blocks of JPEG, of earlier resizing. A camera picture usually shows an even cloud.
        """,
      content: .raster(
        mediaType: "image/png", base64: Data(png).base64EncodedString(), width: spectrum.width,
        height: spectrum.height))
  }
}
