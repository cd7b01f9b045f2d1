import Foundation

enum Throughput {
  /// Seconds from the drop until every file has its report or its quarantine entry.
  static func forensicd(_ corpus: Corpus, _ options: Options) throws -> Double {
    let service = try Daemon(options)
    defer { service.stop() }
    let staging = service.folder.appending(path: "staging")
    for (index, file) in corpus.files.enumerated() {
      let place = staging.appending(path: String(index))
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: file, to: place.appending(path: file.lastPathComponent))
    }
    let began = Date()
    try FileManager.default.moveItem(at: staging, to: service.inbox.appending(path: "drop"))
    service.wait(reports: corpus.files.count)
    return Date().timeIntervalSince(began)
  }

  /// Seconds `exiftool -j` takes for the tags of the same files in one batch.
  static func exiftool(_ corpus: Corpus) throws -> Double {
    let list = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID()).txt")
    defer { try? FileManager.default.removeItem(at: list) }
    try Data(corpus.files.map(\.path).joined(separator: "\n").utf8).write(to: list)
    let began = Date()
    try run("/usr/bin/exiftool", ["-j", "-q", "-@", list.path])
    return Date().timeIntervalSince(began)
  }

  @discardableResult
  static func run(_ program: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data
  }
}
