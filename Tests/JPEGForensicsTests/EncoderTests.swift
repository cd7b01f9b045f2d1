import ForensicCore
import Foundation
import ImageCodecs
import JPEGForensics
import Testing

@Suite struct EncoderTests {
  private func finding(_ bytes: [UInt8], camera: String?) throws -> Finding {
    let info = try JPEGStructure.parse(bytes)
    return bytes.withUnsafeBytes { JPEGForensics.encoder($0, info: info, camera: camera) }
  }

  /// Cameras hold the library that programs do: its order says nothing against one.
  @Test(arguments: [false, true]) func libraryOrderIsNoProgram(progressive: Bool) throws {
    let bytes = try ImageEncoder.jpeg(
      Texture.picture(width: 64, height: 64), quality: 80, progressive: progressive)
    #expect(try finding(bytes, camera: "Maker Model").code != "jpeg.encoder.not-camera")
  }

  /// The build shows a family of encoders, and no quality nor version.
  @Test(arguments: [30, 75, 95]) func namesFamilies(quality: Int) throws {
    let bytes = try ImageEncoder.jpeg(Texture.picture(width: 64, height: 64), quality: quality)
    let known = try #require(try finding(bytes, camera: nil).result["known"])
    let names = known.components(separatedBy: "; ")
    #expect(names.contains("Pillow") && Set(names).count == names.count, "\(known)")
    #expect(!known.contains("quality") && !known.contains(where: \.isNumber), "\(known)")
  }

  @Test(arguments: [
    ("Pillow 13.0.0 quality=95", "Pillow"), ("ImageMagick 6.9.11-60, quality 92", "ImageMagick"),
    ("cjpeg (libjpeg-turbo 2.1.5) -sample 1x1", "cjpeg"), ("GIMP 2.4.5", "GIMP"),
    ("Adobe Photoshop CC (Macintosh)", "Adobe Photoshop"),
    ("Adobe Photoshop CS2 Windows", "Adobe Photoshop"),
    ("OLYMPUS CAMEDIA Master", "OLYMPUS CAMEDIA Master"), ("3", "3"),
  ])
  func family(name: String, family: String) {
    #expect(KnownEncoder(.program, name, "").family == family)
    #expect(KnownEncoder(.camera, name, "").family == name)
  }

  /// Saved again by Photoshop, whatever its EXIF says: its segments, its size, its tables.
  @Test(
    .enabled(if: Place.exists(Place.fixtures), "no fixtures"),
    arguments: [
      ("nikon-e950.jpg", "jpeg.encoder.not-camera"), ("canon-ixus.jpg", "jpeg.encoder"),
      ("sony-d700.jpg", "jpeg.encoder"), ("DSCN0010.jpg", "jpeg.encoder.unknown"),
    ])
  func cameraFiles(file: String, code: String) throws {
    let url = Place.fixtures.appendingPathComponent("exif/\(file)")
    let found = try finding([UInt8](try Data(contentsOf: url)), camera: "Maker Model")
    #expect(found.code == code, "\(found.summary)")
    #expect(found.result["known"]?.contains("NIKON") != true)
  }

  /// With tables that nobody writes the habits are still there: Photoshop's are its own, and those of a
  /// library are no program's.
  @Test(
    .enabled(if: Place.exists(Place.fixtures), "no fixtures"),
    arguments: [
      ("exif/BlueSquare.jpg", "jpeg.encoder.not-camera", "Adobe Photoshop"),
      ("exif/33-type_error.jpg", "jpeg.encoder", "GIMP"),
      ("exif/canon-ixus.jpg", "jpeg.encoder", "Canon DIGITAL IXUS"),
    ])
  func habitsAtOtherQualities(file: String, code: String, known: String) throws {
    let url = Place.fixtures.appendingPathComponent(file)
    var bytes = [UInt8](try Data(contentsOf: url))
    let before = try finding(bytes, camera: "Maker Model")
    #expect(before.code == code && !before.summary.contains("but for"), "\(before.summary)")
    for segment in bytes.withUnsafeBytes({ Array(JPEGSegmentReader($0)) })
    where segment.marker == 0xDB {
      for step in 1..<65 { bytes[segment.payload.lowerBound + step] = UInt8(step * 3) }
    }
    let after = try finding(bytes, camera: "Maker Model")
    #expect(after.code == code, "\(after.summary)")
    #expect(after.summary.contains("but for quantisation tables"), "\(after.summary)")
    #expect(after.result["known"]?.contains(known) == true, "\(after.result)")
  }

  @Test(
    .enabled(if: Place.exists(Place.fixtures), "no fixtures"),
    arguments: [
      ("exif/canon-ixus.jpg", "Canon DIGITAL IXUS", "jpeg.preview", "Canon DIGITAL IXUS"),
      ("exif/canon-ixus.jpg", "Canon PowerShot A10", "jpeg.preview", "Canon DIGITAL IXUS"),
      ("exif/canon-ixus.jpg", "SONY CYBERSHOT", "jpeg.preview.other-build", "Canon DIGITAL IXUS"),
      ("exif/BlueSquare.jpg", "Maker Model", "jpeg.preview.not-camera", "Adobe Photoshop"),
      ("exif/Canon_40D.jpg", "Canon EOS 40D", "jpeg.preview", "GIMP"),
      // Saved by a program that kept the camera's preview.
      ("exif/nikon-e950.jpg", "NIKON E950", "jpeg.preview.unknown", nil),
      ("exif/DSCN0010.jpg", "NIKON COOLPIX P6000", "jpeg.preview.unknown", nil),
    ])
  func previews(file: String, camera: String, code: String, known: String?) throws {
    let data = try Data(contentsOf: Place.fixtures.appendingPathComponent(file))
    let found = try #require(JPEGForensics.preview(try embedded([UInt8](data)), camera: camera))
    #expect(found.code == code, "\(found.summary)")
    #expect(
      known.map { found.result["known"]?.contains($0) == true } ?? (found.result["known"] == nil),
      "\(found.result)")
    #expect(found.method.hasPrefix("Size, order"))
  }

  /// What follows the second SOI of a file whose first segment holds it.
  private func embedded(_ bytes: [UInt8]) throws -> [UInt8] {
    let starts = bytes.indices.dropLast(2).filter {
      bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF
    }
    return Array(bytes[try #require(starts.dropFirst().first)...])
  }

  @Test func noPreviewIsNoFinding() {
    #expect(JPEGForensics.preview([], camera: nil) == nil)
    #expect(JPEGForensics.preview([0x49, 0x49, 0x2A, 0], camera: "Maker Model") == nil)
    #expect(JPEGForensics.preview([0xFF, 0xD8, 0xFF, 0xD9], camera: nil) == nil)
  }

  /// Sizes do not depend on how a picture was held.
  @Test func previewsAreTurned() throws {
    let wide = try ImageEncoder.jpeg(Texture.picture(width: 160, height: 120), quality: 80)
    let high = try ImageEncoder.jpeg(Texture.picture(width: 120, height: 160), quality: 80)
    let signature = try #require(EncoderSignature(preview: wide))
    #expect(signature.text.hasPrefix("preview=160x120; components="))
    #expect(EncoderSignature(preview: high) == signature)
    #expect(!signature.habit.contains("preview") && !signature.habit.contains("quantisation"))
  }
}
