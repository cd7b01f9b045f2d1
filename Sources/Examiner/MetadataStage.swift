import DeclaredOrigin
import ForensicCore
import ImageCodecs
import ImageMetadata

/// What the file says about itself and about its origin,
/// and whether its embedded preview shows the same picture.
struct MetadataStage {
  let context: MetadataContext
  let declaration: Declaration?
  /// The picture that EXIF embeds, as it is.
  let preview: [UInt8]?
  private(set) var findings: [Finding]
  private(set) var notExamined: [Examination.Omission] = []

  /// An embedded preview is a small picture; one that is not is left alone.
  private static let maximumPreviewPixels = 4_000_000

  /// - Parameter asOf: the clock, against which dates yet to come are found.
  init(
    _ bytes: UnsafeRawBufferPointer, decoded: DecodedImage, limits: DecodeLimits, asOf: Timestamp
  ) {
    let reading = MetadataReader.read(bytes, image: decoded.info, asOf: asOf)
    context = reading.context
    preview = reading.thumbnail
    var alpha: PixelBuffer?
    do throws(ExaminationFailure) {
      alpha = try Self.alpha(bytes, decoded: decoded, limits: limits)
    } catch {
      notExamined.append(.init(what: "Text hidden in the alpha channel", why: error.message))
    }
    let declared = DeclarationReader.read(
      bytes, reading: reading, pixels: decoded.pixels, alpha: alpha)
    declaration = declared.declaration
    findings = reading.findings + declared.findings
    guard let thumbnail = preview else { return }
    var limits = limits
    limits.maxPixels = min(limits.maxPixels, Self.maximumPreviewPixels)
    do {
      let preview = try ImageDecoder.decode(thumbnail, limits: limits)
      // What the decoder filled in is not what the picture shows.
      guard decoded.isNearlyWhole, preview.isNearlyWhole else {
        let broken = decoded.isNearlyWhole ? "preview" : "picture"
        notExamined = [
          .init(
            what: "The embedded preview",
            why: "Not applicable: the \(broken) is damaged, and damage looks like a change.")
        ]
        return
      }
      if let picture = LumaGrid(decoded.pixels), let small = LumaGrid(preview.pixels) {
        findings += ThumbnailComparison.compare(picture: picture, thumbnail: small).findings
      }
    } catch {
      notExamined.append(.init(what: "The embedded preview", why: error.message))
    }
  }
}

extension DecodedImage {
  /// Whether all but a last row of blocks was read before the first sign of damage.
  fileprivate var isNearlyWhole: Bool { soundRows >= pixels.height - 16 }
}

extension MetadataStage {
  /// The picture with its alpha channel, where that is not opaque; `nil` where it has none. No other
  /// stage wants it, and few files have it: they are decoded once more.
  private static func alpha(
    _ bytes: UnsafeRawBufferPointer, decoded: DecodedImage, limits: DecodeLimits
  ) throws(ExaminationFailure) -> PixelBuffer? {
    let found = decoded.findings.first { $0.code == "decode.alpha" }
    guard let found, found.result["translucentPixels"] != "0" else { return nil }
    let stored = try ImageDecoder.decodeStored(bytes, limits: limits)
    return stored.mode == .rgba ? stored.pixels : nil
  }
}

extension LumaGrid {
  fileprivate init?(_ pixels: PixelBuffer) {
    self.init(
      width: pixels.width, height: pixels.height, channels: pixels.channels,
      samples: pixels.samples)
  }
}
