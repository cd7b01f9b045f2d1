import Detectors
import ForensicCore
import FoundationEssentials
import ImageCodecs

/// From a manifest's entry to decoded pixels.
enum PictureSource {
  /// Decodes a file whose bytes have the digest that the manifest states.
  static func load(_ path: String, sha256: SHA256Digest) throws(LaboratoryError) -> PixelBuffer {
    try image(read(path, sha256: sha256), file: path).pixels
  }

  /// The bytes of a file, which have to have the digest that the manifest states.
  static func read(_ path: String, sha256: SHA256Digest) throws(LaboratoryError) -> [UInt8] {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .unreadable(path) }
    let bytes = [UInt8](data)
    guard BundleDigest.of(bytes) == sha256 else {
      throw .unusablePicture(file: path, detail: "its bytes are not those of the manifest")
    }
    return bytes
  }

  /// The decoded file, with what is damaged.
  static func image(
    _ bytes: [UInt8], file path: String
  ) throws(LaboratoryError) -> DecodedImage {
    do {
      return try ImageDecoder.decode(bytes)
    } catch {
      throw .unusablePicture(file: path, detail: error.message)
    }
  }

  /// The entry's region of its decoded file, as RGB.
  static func region(
    of picture: PixelBuffer, entry: Manifest.Entry
  ) throws(LaboratoryError) -> PixelBuffer {
    guard picture.width == entry.width, picture.height == entry.height else {
      throw .unusablePicture(
        file: entry.file,
        detail: "it has \(picture.width) × \(picture.height) pixels, "
          + "not the manifest's \(entry.width) × \(entry.height)")
    }
    let colour = DetectorInput.rgb(picture)
    guard let region = entry.region else { return colour }
    return colour.cropped(x: region.x, y: region.y, width: region.width, height: region.height)
  }
}

extension DecodedImage {
  /// Why a picture, or its upper part, should not be learnt from: rows of it are the decoder's filling.
  /// - Parameter bottom: rows that are looked at; `nil` for all.
  func damage(bottom: Int? = nil) -> String? {
    guard lostRows(bottom: bottom) != nil else { return nil }
    return "it is damaged: only \(soundRows) of its \(pixels.height) rows were read before the "
      + "damage, and the rest is the decoder's filling"
  }

  /// What of a picture, or of its upper part, is the decoder's filling; `nil` where nothing is.
  func lostRows(bottom: Int? = nil) -> PictureFacts.Damage? {
    PictureFacts.Damage(soundRows: soundRows, rows: bottom ?? pixels.height)
  }
}
