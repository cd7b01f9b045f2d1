import Foundation
import JPEGForensics

/// Folders and programs that a test may use where they are there.
enum Place {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func folder(_ variable: String, _ usual: String) -> URL {
    if let path = ProcessInfo.processInfo.environment[variable] {
      return URL(fileURLWithPath: path)
    }
    return package.appendingPathComponent("../shared/\(usual)").standardizedFileURL
  }

  static let fixtures = folder("FIXTURES_DIR", "fixtures")
  static let dataset = folder("DATASET_DIR", "dataset")

  static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

  static func program(_ names: String...) -> String? {
    names.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static var identify: String? { program("/usr/bin/identify-im6.q16", "/usr/bin/identify") }
  static var cjpeg: String? { program("/usr/bin/cjpeg") }

  /// The JPEGs below a folder, by path.
  static func jpegs(_ folder: URL) -> [URL] {
    let walker = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (walker?.compactMap { $0 as? URL } ?? [])
      .filter { ["jpg", "jpeg"].contains($0.pathExtension.lowercased()) }
      .sorted { $0.path < $1.path }
  }
}

/// Runs a program on bytes and returns what it writes.
func pipe(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> [UInt8] {
  let base = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: base) }
  let source = base.appendingPathComponent("in")
  let target = base.appendingPathComponent("out")
  try Data(input).write(to: source)
  try Data().write(to: target)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.standardInput = try FileHandle(forReadingFrom: source)
  process.standardOutput = try FileHandle(forWritingTo: target)
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return Array(try Data(contentsOf: target))
}

/// JPEG streams without pixels, marker by marker.
enum Stream {
  static let start: [UInt8] = [0xFF, 0xD8]
  static let end: [UInt8] = [0xFF, 0xD9]

  static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = body.count + 2
    return [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + body
  }

  /// DQT of tables in row by row order.
  static func tables(_ tables: [(id: Int, values: [Int], wide: Bool)]) -> [UInt8] {
    var body = [UInt8]()
    for table in tables {
      body.append(UInt8(table.id | (table.wide ? 0x10 : 0)))
      for position in zigzag {
        let step = table.values[position]
        body += table.wide ? [UInt8(step >> 8), UInt8(step & 255)] : [UInt8(step)]
      }
    }
    return segment(0xDB, body)
  }

  /// SOF0 or another process, of 8 bits and 16 × 16 pixels.
  static func frame(
    _ components: [(id: Int, sampling: UInt8, table: Int)], marker: UInt8 = 0xC0
  ) -> [UInt8] {
    segment(
      marker,
      [8, 0, 16, 0, 16, UInt8(components.count)]
        + components.flatMap { [UInt8($0.id), $0.sampling, UInt8($0.table)] })
  }

  static func scan(_ ids: [Int]) -> [UInt8] {
    segment(0xDA, [UInt8(ids.count)] + ids.flatMap { [UInt8($0), 0] } + [0, 63, 0])
      + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56]
  }

  /// The zigzag sequence by walking the diagonals, independent of the parser's table.
  static let zigzag: [Int] = (0..<15).flatMap { diagonal -> [Int] in
    let cells = (0..<8).compactMap { row -> Int? in
      let column = diagonal - row
      return (0..<8).contains(column) ? row * 8 + column : nil
    }
    return diagonal % 2 == 0 ? cells.reversed() : cells
  }
}
