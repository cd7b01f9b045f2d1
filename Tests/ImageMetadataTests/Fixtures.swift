import ForensicCore
import Foundation
import ImageMetadata

/// The folder of reference files, shared by several checkouts.
enum Fixtures {
  /// The root of this package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let root: URL = {
    if let path = ProcessInfo.processInfo.environment["FIXTURES_DIR"] {
      return URL(fileURLWithPath: path)
    }
    return package.appendingPathComponent("../shared/fixtures").standardizedFileURL
  }()

  static var exist: Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent("exif-expected.json").path)
  }

  /// Every tag of every file, as ExifTool 12.57 prints it (`-G1 -a -struct -n`).
  nonisolated(unsafe) static let expected: [String: [String: Any]] = {
    let url = root.appendingPathComponent("exif-expected.json")
    guard let data = try? Data(contentsOf: url),
      let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return [:] }
    var byName = [String: [String: Any]]()
    for entry in list { byName[entry["SourceFile"] as? String ?? ""] = entry }
    return byName
  }()

  static let exifNames = expected.keys.sorted()

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent("exif/\(name)")))
  }

  /// All files below a folder of the fixtures.
  static func files(_ folder: String) -> [URL] {
    let base = root.appendingPathComponent(folder)
    let walker = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
    return (walker?.compactMap { $0 as? URL } ?? [])
      .filter { !$0.hasDirectoryPath }
      .sorted { $0.path < $1.path }
  }

  /// The width and height that ExifTool found in the file's headers.
  static func image(_ name: String) -> ImageInfo {
    let tags = expected[name] ?? [:]
    return ImageInfo(
      format: .jpeg, width: tags["File:ImageWidth"] as? Int ?? 1,
      height: tags["File:ImageHeight"] as? Int ?? 1, colorModel: "ycbcr")
  }

  static func read(_ bytes: [UInt8], _ image: ImageInfo) -> MetadataReading {
    bytes.withUnsafeBytes { MetadataReader.read($0, image: image) }
  }

  static func read(_ name: String) throws -> MetadataReading {
    read(try bytes(name), image(name))
  }
}
