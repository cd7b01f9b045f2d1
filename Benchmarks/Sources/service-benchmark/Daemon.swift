import Foundation

/// A forensicd of its own in a folder of its own, for one measurement.
final class Daemon {
  let folder: URL
  let inbox: URL
  private let outbox: URL
  private let process = Process()
  private let socket: String

  init(_ options: Options) throws {
    let name =
      "forensicd-benchmark-\(ProcessInfo.processInfo.processIdentifier)-\(UInt16.random(in: 0...9999))"
    folder = URL(fileURLWithPath: options.root).appending(path: "var").appending(path: name)
    inbox = folder.appending(path: "inbox")
    outbox = folder.appending(path: "outbox")
    socket = "/tmp/\(name).sock"
    try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
    let configuration = folder.appending(path: "forensicd.toml")
    try Data(
      """
      outbox = "outbox"
      state = "state"
      socket = "\(socket)"
      [[inbox]]
      path = "inbox"
      disposition = "keep"
      """.utf8
    ).write(to: configuration)
    process.executableURL = URL(fileURLWithPath: options.root + "/bin/forensicd")
    process.arguments = ["--config", configuration.path, "--log-level", "error"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    while !FileManager.default.fileExists(atPath: socket) { usleep(10_000) }
    // A service that answers has its examiners ready.
    try Throughput.run(
      options.root + "/bin/forensicctl", ["status", "--json", "--socket", socket])
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Exhibits that came to an end: the lines of `reports.jsonl`.
  private func finished() -> Int {
    let lines = try? Data(contentsOf: outbox.appending(path: "reports.jsonl"))
    return lines?.count { $0 == UInt8(ascii: "\n") } ?? 0
  }

  func wait(reports count: Int) {
    while finished() < count { usleep(10_000) }
  }

  /// Waits, looking every millisecond, until there are `count` report folders.
  func waitForReportFolder(count: Int) {
    while reportCount() < count { usleep(1000) }
  }

  private func reportCount() -> Int {
    var count = 0
    for year in entries(outbox) where year.lastPathComponent.hasPrefix("20") {
      for month in entries(year) { count += entries(month).count }
    }
    return count
  }

  private func entries(_ folder: URL) -> [URL] {
    (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil))
      ?? []
  }
}
