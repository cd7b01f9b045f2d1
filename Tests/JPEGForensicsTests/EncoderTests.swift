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
}
