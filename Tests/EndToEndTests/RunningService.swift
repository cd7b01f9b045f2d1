import Foundation
import Testing

/// The programs under test, beside the test bundle in the build folder.
enum Programs {
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func url(_ name: String) -> URL { folder.appending(path: name) }

  static var areBuilt: Bool {
    ["forensicd", "forensicctl", "forensic-examiner", "forensic-unpacker"].allSatisfy {
      FileManager.default.isExecutableFile(atPath: url($0).path)
    }
  }

  struct Output {
    var status: Int32
    var out: Data
    var error: String

    var text: String { String(decoding: out, as: UTF8.self) }
    /// Standard output as JSON objects, one a line.
    var lines: [[String: Any]] {
      out.split(separator: UInt8(ascii: "\n")).compactMap {
        try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
      }
    }
  }

  /// Starts `forensicctl` with these arguments, its output thrown away.
  static func start(_ arguments: [String], in folder: URL? = nil) throws -> Process {
    let process = Process()
    process.executableURL = url("forensicctl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["FORENSICD_DATA": root.path]) { $1 }
    try process.run()
    return process
  }

  /// Runs `forensicctl` with these arguments.
  static func control(
    _ arguments: [String], in folder: URL? = nil, data: URL = root
  ) throws -> Output {
    let process = Process()
    let (out, error) = (Pipe(), Pipe())
    process.executableURL = url("forensicctl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = out
    process.standardError = error
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["FORENSICD_DATA": data.path]) { $1 }
    try process.run()
    let text = out.fileHandleForReading.readDataToEndOfFile()
    let message = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus, out: text,
      error: String(decoding: message, as: UTF8.self))
  }
}

/// A forensicd with folders of its own, started, killed and started again.
final class RunningService {
  let folder: URL
  let inbox: URL
  let outbox: URL
  let socket: String
  private let configuration: URL
  private var process: Process?

  init(
    disposition: String = "keep", bundle: String = "baseline", extra: String = ""
  ) throws {
    let number = UInt64.random(in: 0...UInt64.max)
    folder = FileManager.default.temporaryDirectory.appending(path: "forensicd-test-\(number)")
    inbox = folder.appending(path: "inbox")
    outbox = folder.appending(path: "outbox")
    socket = "/tmp/forensicd-test-\(number).sock"
    configuration = folder.appending(path: "forensicd.toml")
    try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
    try Data(
      """
      outbox = "outbox"
      state = "state"
      socket = "\(socket)"
      data = "\(Programs.root.path)"
      bundle = "\(bundle)"
      [[inbox]]
      path = "inbox"
      settle = 0.1
      disposition = "\(disposition)"
      [examiner]
      count = 2
      executable = "\(Programs.url("forensic-examiner").path)"
      \(extra)
      """.utf8
    ).write(to: configuration)
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: folder)
    try? FileManager.default.removeItem(atPath: socket)
  }

  func start() throws {
    let process = Process()
    process.executableURL = Programs.url("forensicd")
    process.arguments = ["--config", configuration.path]
    let log = folder.appending(path: "log")
    if !FileManager.default.fileExists(atPath: log.path) {
      _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    }
    let handle = try FileHandle(forWritingTo: log)
    handle.seekToEndOfFile()
    process.standardError = handle
    try process.run()
    self.process = process
  }

  var log: String {
    (try? String(decoding: Data(contentsOf: folder.appending(path: "log")), as: UTF8.self)) ?? ""
  }

  func kill() {
    guard let process else { return }
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }

  /// SIGTERM; gives the exit status.
  func stop() -> Int32? {
    guard let process else { return nil }
    process.terminate()
    process.waitUntilExit()
    self.process = nil
    return process.terminationStatus
  }

  /// Renames a file into the inbox, as one that arrives whole.
  func drop(_ bytes: [UInt8], as name: String) throws {
    let hidden = inbox.appending(path: ".hidden-\(UInt64.random(in: 0...UInt64.max))")
    try Data(bytes).write(to: hidden)
    try FileManager.default.moveItem(at: hidden, to: inbox.appending(path: name))
  }

  func status() throws -> [String: Any] {
    let output = try Programs.control(["status", "--json", "--socket", socket])
    return (try? JSONSerialization.jsonObject(with: output.out) as? [String: Any]) ?? [:]
  }

  /// Waits until `condition` holds; false after `seconds`.
  func wait(_ seconds: Double = 30, until condition: () throws -> Bool) rethrows -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if try condition() { return true }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return try condition()
  }

  /// Every visible `report.json` below the outbox.
  func reports() -> [URL] {
    let entries = FileManager.default.enumerator(atPath: outbox.path)
    var found = [URL]()
    while let path = entries?.nextObject() as? String {
      let hidden = path.split(separator: "/").contains { $0.hasPrefix(".") }
      if !hidden, path.hasSuffix("/report.json") { found.append(outbox.appending(path: path)) }
    }
    return found
  }

  func object(_ report: URL) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: report)) as? [String: Any])
  }
}
