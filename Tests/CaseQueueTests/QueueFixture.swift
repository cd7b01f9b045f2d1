import CaseQueue
import ForensicCore
import Foundation
import Logging
import Synchronization

/// Folders of a queue of their own, and what is needed to look into them.
final class QueueFixture: Sendable {
  let root: String
  let examiner = HashingExaminer()

  var inbox: String { root + "/inbox" }
  var outbox: String { root + "/outbox" }
  var state: String { root + "/state" }

  init() throws {
    root = NSTemporaryDirectory() + "/queue-\(UUID().uuidString)"
    for folder in [inbox, outbox, state] {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func configuration(
    _ disposition: QueueConfiguration.Disposition = .keep, recursive: Bool = true,
    settle: Duration = .milliseconds(60),
    delays: [Duration] = [.milliseconds(20), .milliseconds(40)],
    polling: QueueConfiguration.Polling = .automatic, workers: Int = 2
  ) -> QueueConfiguration {
    QueueConfiguration(
      inboxes: [
        .init(
          name: "desk", path: inbox, recursive: recursive, disposition: disposition,
          settleTime: settle, polling: polling)
      ], outbox: outbox, state: state, workers: workers, pollInterval: .milliseconds(100),
      retryDelays: delays)
  }

  func services(version: String = "1") -> QueueServices {
    QueueServices(
      examiner: examiner,
      provenance: { _ in
        Report.Provenance(
          version: version, bundle: "test", bundleDigest: nil, configurationDigest: nil,
          command: "none")
      },
      render: { report in
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return RenderedReport(
          json: Array(try encoder.encode(report)),
          html: Array("<p>\(report.exhibit.sha256?.hex ?? "")".utf8))
      },
      renderIndex: { index in
        Array("<!-- \(index.reported) \(index.quarantined) -->\n".utf8) + index.lines
      })
  }

  var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

  func queue(
    _ configuration: QueueConfiguration? = nil, version: String = "1",
    crash: CrashSwitch = CrashSwitch(), room: DiskRoom = DiskRoom()
  ) throws -> CaseQueue {
    try CaseQueue(
      configuration: configuration ?? self.configuration(), services: services(version: version),
      log: quiet, crash: crash, room: room)
  }

  // MARK: Files

  func write(_ name: String, _ contents: String) throws {
    try write(FileName(name), contents, in: inbox)
  }

  func write(_ name: FileName, _ contents: String, in folder: String) throws {
    let folder = try Folder(path: folder)
    let file = try OpenFile(
      at: folder.descriptor, name.bytes, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(Array(contents.utf8))
  }

  /// A file that takes no room whatever its length.
  func makeSparse(_ name: String, size: Int) throws {
    let file = try OpenFile(path: inbox + "/" + name, flags: O_WRONLY | O_CREAT)
    guard ftruncate(file.descriptor, size) == 0 else { throw QueueError.system(errno, "truncate") }
  }

  func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Every `report.json` below a folder of the outbox.
  func reports(_ part: String = "") throws -> [Report] {
    guard let walker = FileManager.default.enumerator(atPath: outbox + "/" + part) else {
      return []
    }
    return try walker.compactMap { $0 as? String }
      .filter { $0.hasSuffix("report.json") && (part != "" || !$0.hasPrefix("quarantine")) }
      .map {
        try ReportFormats.read(Array(Data(contentsOf: URL(filePath: "\(outbox)/\(part)/\($0)"))))
      }
  }

  func lines() throws -> [String] {
    let text = (try? String(contentsOfFile: outbox + "/reports.jsonl", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  func leftovers() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: outbox).filter { $0.hasPrefix(".tmp") }
  }

  // MARK: Waiting

  struct Late: Error { var status: QueueStatus }

  /// Waits until this many exhibits have come to their end and nothing is under way.
  func settle(_ queue: CaseQueue, ends: Int, within seconds: Double = 20) async throws {
    try await wait(queue, within: seconds) { status in
      status.reported + status.quarantined >= ends && status.queued + status.examining == 0
        && status.settling == 0 && status.failed == 0
    }
  }

  func wait(
    _ queue: CaseQueue, within seconds: Double = 20, _ done: (QueueStatus) -> Bool
  ) async throws {
    let deadline = Date.now + seconds
    while true {
      let status = await queue.status()
      if done(status) { return }
      if Date.now > deadline { throw Late(status: status) }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// Examines by reading the bytes it is handed: what they begin with decides what comes of it.
final class HashingExaminer: ExaminationService {
  private let counts = Mutex<[String: Int]>([:])
  private let running = Mutex((now: 0, most: 0))

  /// Attempts by the contents examined.
  var attempts: [String: Int] { counts.withLock { $0 } }
  var mostAtOnce: Int { running.withLock { $0.most } }

  func examine(
    descriptor: Int32, name: FileName, size: Int, without: Set<ExaminationMethod>
  ) async -> ExaminationOutcome {
    running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
    defer { running.withLock { $0.now -= 1 } }
    var bytes = [UInt8](repeating: 0, count: min(size, 100))
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    let attempt = counts.withLock { counts in
      counts[text, default: 0] += 1
      return counts[text] ?? 0
    }
    if text.hasPrefix("slow") { try? await Task.sleep(for: .milliseconds(300)) }
    if text.hasPrefix("stuck") { try? await Task.sleep(for: .seconds(60)) }
    if text.hasPrefix("broken") {
      return .init(result: .failure(.init(code: "format.malformed", message: "Broken.")))
    }
    if text.hasPrefix("crash") || text.hasPrefix("flaky") && attempt < 3 {
      return .init(
        result: .failure(
          .init(code: "examiner.crashed", message: "The examiner died.", transient: true)))
    }
    return .init(result: .success(Self.examination))
  }

  static let examination = Examination(
    image: ImageInfo(format: .jpeg, width: 8, height: 8, colorModel: "ycbcr"), jpeg: nil,
    metadata: MetadataContext(), detectors: [],
    conclusion: Conclusion(
      leaning: .inconclusive, probabilityGenerated: 0.5, logLikelihoodRatio: 0, prior: 0.5,
      words: "none", reason: "a test", families: ["real": 1], errorRate: nil),
    findings: [], figures: [], notExamined: [])
}
