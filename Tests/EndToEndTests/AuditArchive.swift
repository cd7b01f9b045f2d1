import Foundation

/// Archives for audits, made in a folder of their own.
final class AuditArchive {
  let folder: URL
  let files: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID())")
    files = folder.appending(path: "files")
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ bytes: [UInt8], as name: String) throws {
    let place = files.appending(path: name)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: place)
  }

  /// Small pictures in a few folders, two of them the same, and a file that is none.
  func fill(pictures: Int) throws {
    for number in 0..<pictures {
      try write(TestPicture.jpeg(seed: number), as: "folder-\(number % 5)/\(number).jpg")
    }
    try write(TestPicture.jpeg(seed: 0), as: "again.jpg")
    try write(Array("not a picture".utf8), as: "note.txt")
  }

  func output(_ name: String) -> String { folder.appending(path: name).path }

  /// Everything an audit leaves but its times: name → bytes.
  func results(_ output: String) throws -> [String: Data] {
    var results = [String: Data]()
    for name in ["results.jsonl", "results.sqlite", "summary.json", "summary.html"] {
      results[name] = try Data(contentsOf: URL(fileURLWithPath: output + "/" + name))
    }
    return results
  }

  func lines(_ output: String) throws -> [[String: Any]] {
    Programs.Output(
      status: 0, out: try Data(contentsOf: URL(fileURLWithPath: output + "/results.jsonl")),
      error: ""
    ).lines
  }

  /// The files that have their lines so far in an audit that has not finished.
  func lineCount(_ output: String) -> Int {
    let entries = try? FileManager.default.subpathsOfDirectory(atPath: files.path)
    return count((entries ?? []).filter { $0.contains(".") }, inState: output)
  }

  /// How many of these words stand in the state of an audit: paths and names of members do.
  func count(_ words: [String], inState output: String) -> Int {
    let state = ["state.sqlite", "state.sqlite-wal"].reduce(into: Data()) { state, name in
      state += (try? Data(contentsOf: URL(fileURLWithPath: output + "/" + name))) ?? Data()
    }
    return words.count { state.range(of: Data($0.utf8)) != nil }
  }
}

/// A ZIP file without compression (PKWARE's APPNOTE, 4.3).
struct StoredZip {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  mutating func add(_ name: [UInt8], _ content: [UInt8]) {
    let offset = bytes.count
    var header: [UInt8] = []
    // Version 2.0, no flags, stored, 2020-01-01 00:00.
    header += Self.short(20) + Self.short(0) + Self.short(0) + Self.short(0) + Self.short(0x5021)
    header += Self.long(Self.checksum(content)) + Self.long(UInt32(content.count))
    header += Self.long(UInt32(content.count)) + Self.short(UInt16(name.count)) + Self.short(0)
    bytes += Array("PK\u{3}\u{4}".utf8) + header + name + content
    directory += Array("PK\u{1}\u{2}".utf8) + Self.short(20) + header + Self.short(0)
    directory += Self.short(0) + Self.short(0) + Self.long(0) + Self.long(UInt32(offset)) + name
    count += 1
  }

  var archive: [UInt8] {
    bytes + directory + Array("PK\u{5}\u{6}".utf8) + Self.long(0) + Self.short(UInt16(count))
      + Self.short(UInt16(count)) + Self.long(UInt32(directory.count))
      + Self.long(UInt32(bytes.count)) + Self.short(0)
  }

  private static func short(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
  private static func long(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(value >> (8 * UInt32($0)) & 255) }
  }

  /// CRC-32 (ISO 3309), bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
    }
  }
}
