import Detectors
import ForensicCore
import FoundationEssentials

extension Manifest {
  private static let columns = [
    "file", "sha256", "label", "family", "generator", "source", "group", "split", "region",
    "width", "height",
  ]

  /// Reads a manifest: CSV with a header line, one row a region, at least the columns `file`,
  /// `sha256`, `label` (`real` or `generated`), `family`, `generator`, `source`, `group`,
  /// `split`, `region` (`x,y,width,height` or empty), `width` and `height`, in any order. A row
  /// without a group is a group of its own.
  public static func load(path: String) throws(LaboratoryError) -> Manifest {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .unreadable(path) }
    let bytes = [UInt8](data)
    do {
      return try parse(String(decoding: bytes, as: UTF8.self), digest: BundleDigest.of(bytes))
    } catch {
      throw error.of(path)
    }
  }

  /// The same from the text.
  public static func parse(
    _ text: String, digest: SHA256Digest
  ) throws(LaboratoryError) -> Manifest {
    let (header, rows) = try CSVReader.table(text)
    var place = [String: Int]()
    for name in columns {
      guard let index = header.firstIndex(of: name) else {
        throw .malformedManifest(line: 1, detail: "the column \(name) is missing")
      }
      place[name] = index
    }
    var entries = [Entry]()
    for row in rows {
      let value = { (name: String) in place[name].map { row.fields[$0] } ?? "" }
      entries.append(try entry(value, line: row.line))
    }
    return try Manifest(entries: entries, digest: digest)
  }

  private static func entry(
    _ value: (String) -> String, line: Int
  ) throws(LaboratoryError) -> Entry {
    let file = value("file")
    func refuse(_ column: String, _ allowed: String) -> LaboratoryError {
      .malformedManifest(
        line: line,
        detail: "\(file): \(column) is \"\(value(column))\" and has to be \(allowed)")
    }
    guard let digest = SHA256Digest(hex: value("sha256")) else {
      throw refuse("sha256", "64 hexadecimal digits")
    }
    guard ["real", "generated"].contains(value("label")) else {
      throw refuse("label", "real or generated")
    }
    guard let split = Split(rawValue: value("split")) else {
      throw refuse("split", "train, validation or test")
    }
    guard let width = Int(value("width")), width > 0 else {
      throw refuse("width", "a number of pixels")
    }
    guard let height = Int(value("height")), height > 0 else {
      throw refuse("height", "a number of pixels")
    }
    guard !file.isEmpty, !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
      throw refuse("file", "a path below the pictures' folder, without \"..\"")
    }
    var region: Region?
    if !value("region").isEmpty {
      let numbers = value("region").split(separator: ",").compactMap { Int($0) }
      guard numbers.count == 4, numbers[0] >= 0, numbers[1] >= 0, numbers[2] > 0, numbers[3] > 0,
        numbers[0] <= width - numbers[2], numbers[1] <= height - numbers[3]
      else {
        throw refuse(
          "region", "x,y,width,height within \(width) × \(height) pixels, or empty for all")
      }
      region = Region(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
    return Entry(
      file: file, sha256: digest, isGenerated: value("label") == "generated",
      family: GeneratorFamily(rawValue: value("family")), generator: value("generator"),
      source: value("source"), group: value("group"), split: split, region: region, width: width,
      height: height)
  }
}
