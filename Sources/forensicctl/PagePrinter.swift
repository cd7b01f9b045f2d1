import ForensicCore
import Foundation
import Glibc
import Service

/// Prints pages with a browser that is found when it is asked for; nothing of it is linked.
struct PagePrinter {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let browser: String

  init(browser: String?) throws(Failure) {
    if let browser {
      guard access(browser, X_OK) == 0 else {
        throw Failure(description: "\(browser.madeVisible) is not a program that can be run")
      }
      self.browser = FileSystem.absolute(browser)
      return
    }
    let folders = getenv("PATH").map { String(cString: $0).split(separator: ":") } ?? []
    let places = folders.map { "\($0)/chromium" }
    guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
      throw Failure(
        description: "printing needs the program chromium, which is not installed: "
          + "apt install chromium, or name another of its kind with --browser")
    }
    self.browser = found
  }

  /// The bytes of the PDF. The browser gets a folder of its own that is gone afterwards, a network
  /// namespace without any way out, and `seconds`.
  /// - Parameter page: an absolute path.
  func pdf(of page: String, seconds: Int) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.path + "/forensicctl-pdf-\(UUID())"
    try FileSystem.makeFolder(folder, mode: 0o700)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let output = folder + "/report.pdf"
    let isRoot = geteuid() == 0
    let status = try run(
      // Root needs no namespace of users for that of the network, and Chromium no sandbox of its own
      // under root.
      ["/usr/bin/timeout", "--kill-after=5", "\(seconds)", "/usr/bin/unshare", "--net"]
        + (isRoot ? [] : ["--user", "--map-current-user"]) + ["--", browser, "--headless"]
        + (isRoot ? ["--no-sandbox"] : []) + [
          "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir=\(folder)/profile",
          "--print-to-pdf=\(output)", URL(fileURLWithPath: page).absoluteString,
        ],
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8",
      ],
      errors: folder + "/errors")
    guard status == 0, let bytes = try? FileSystem.read(path: output, limit: 256 << 20),
      bytes.starts(with: Array("%PDF-".utf8))
    else {
      let why =
        status == 124 || status == 137
        ? "it took more than \(seconds) seconds (--limit)"
        : Self.lastWords(folder + "/errors") ?? "it ended with status \(status)"
      throw Failure(description: "\(browser.madeVisible) did not print the report: \(why)")
    }
    return bytes
  }

  private static func lastWords(_ path: String) -> String? {
    guard let bytes = try? FileSystem.read(path: path, limit: 1 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").last.map {
      String($0).madeVisible
    }
  }

  /// Runs a program to its end. Its standard error goes into a file.
  private func run(
    _ words: [String], environment: [String: String], errors path: String
  ) throws -> Int32 {
    try FileSystem.write([], path: path)
    let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? errors.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 137
  }
}
