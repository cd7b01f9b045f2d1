import ForensicCore
import FoundationEssentials
import ImageCodecs
import ImageMetadata

/// The picture itself, small and upright, for the first screen of the report.
struct PreviewStage {
  static let quality = 80

  private(set) var figures: [Figure] = []
  private(set) var notExamined: [Examination.Omission] = []
  /// Of the upright picture; `nil` where it is too even.
  let perceptualHash: String?

  init(_ pixels: PixelBuffer, orientation: Int?, side: Int, figures isDrawn: Bool) {
    let small = ImageScaler.areaAverage(pixels, maxSide: side).oriented(exif: orientation ?? 1)
    perceptualHash = PerceptualHash.of(
      small.samples, width: small.width, height: small.height, channels: small.channels)
    guard isDrawn else { return }
    do {
      let bytes = try ImageEncoder.jpeg(small, quality: Self.quality)
      figures = [
        Figure(
          id: "preview", title: "The picture",
          caption: "Made smaller and saved again as JPEG for this page"
            + (orientation.map { (2...8).contains($0) } == true
              ? ", turned as the file's orientation asks." : ".")
            + " Every measurement was made on the original.",
          content: .raster(
            mediaType: "image/jpeg", base64: Data(bytes).base64EncodedString(),
            width: small.width, height: small.height))
      ]
    } catch {
      notExamined = [.init(what: "The preview", why: error.message)]
    }
  }
}
