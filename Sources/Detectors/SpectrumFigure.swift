import ForensicCore
import FoundationEssentials
import ImageCodecs
import SignalAnalysis

/// The averaged spectrum of the noise residual, as the report shows it.
enum SpectrumFigure {
  static let id = "spectrum"
  private static let title = "Spectrum of the noise residual"
  private static let caption = """
    Power of the high-pass residual by frequency, averaged over the views; frequency 0 in the \
    middle, the highest at the edge, brightness on a logarithmic scale. Isolated bright \
    points, rows or grids are periodic traces: of up-sampling in a generator, of the 8 × 8 \
    blocks of JPEG, of earlier resizing. A camera picture usually shows an even cloud.
    """

  /// `nil` where there is no view, or where the picture could not be written.
  static func figure(of views: [ViewAnalysis]) -> Figure? {
    ResidualSpectrum.averaged(views).flatMap { figure($0, caption: caption) }
  }

  /// The same on a scale that others share.
  static func figure(_ picture: PixelBuffer) -> Figure? {
    figure(picture, caption: caption + " The averages are drawn on the same scale.")
  }

  private static func figure(_ picture: PixelBuffer, caption: String) -> Figure? {
    raster(picture, level: 1).map {
      Figure(id: id, title: title, caption: caption, content: $0)
    }
  }

  static func raster(_ picture: PixelBuffer, level: Int) -> Figure.Content? {
    guard let png = try? ImageEncoder.png(picture, level: level) else { return nil }
    return .raster(
      mediaType: "image/png", base64: Data(png).base64EncodedString(), width: picture.width,
      height: picture.height)
  }
}
