import CaseQueue
import ForensicCore
import Foundation
import Glibc
import Logging
import Reporting

/// The running service: queue, examiners, renderer and control socket, wired together.
public final class ForensicService: Sendable {
  private let file: String
  private let queue: CaseQueue
  private let setup: ExaminerSetup
  private let rules: InboxRules
  private let notifier: ServiceNotifier
  private let log: Logger
  /// As it was at the start.
  private let configuration: Configuration

  /// Starts the examiners and opens the journal; nothing is taken yet.
  public static func make(configurationFile file: String, log: Logger) async throws
    -> ForensicService
  {
    let configuration = try Configuration.load(path: file)
    try configuration.checkSurroundings(file: file)
    let resources = try Resources(explicit: configuration.data)
    let signer = try configuration.signing.key.map { path throws(ConfigurationError) in
      try SigningKey(path: path)
    }
    let reports = try ReportFiles(templates: resources.templates, signer: signer)
    let setup = try await ExaminerSetup.start(
      settings: configuration.examiner, queue: configuration.queue,
      bundle: configuration.bundle, models: configuration.models, resources: resources,
      log: { log.notice("\($0)", metadata: ["from": "examiner"]) })
    if let reason = setup.greeting.bundleFailure {
      log.error("no detector will run: \(reason)", metadata: ["bundle": "\(configuration.bundle)"])
    }
    if let reason = setup.greeting.trustListFailure {
      log.error("no signer is trusted: \(reason)")
    }
    let host = Self.hostName
    let rules = InboxRules(configuration)
    let services = QueueServices(
      examiner: setup.pool,
      provenance: { exhibit in
        setup.provenance(
          fileName: exhibit.fileName, host: host, without: rules.without(inbox: exhibit.inbox))
      },
      render: { try reports.render(rules.applied(to: $0)) },
      renderLine: { try ReportLine.json($0, folder: $1) },
      readReport: { try ReportDecoder.report($0) },
      renderIndex: { reports.renderIndex($0) })
    let queue = try CaseQueue(
      configuration: QueueConfiguration(
        configuration, workers: setup.pool.configuration.count),
      services: services, log: log)
    return ForensicService(
      file: file, queue: queue, setup: setup, rules: rules, log: log,
      configuration: configuration)
  }

  private init(
    file: String, queue: CaseQueue, setup: ExaminerSetup, rules: InboxRules, log: Logger,
    configuration: Configuration
  ) {
    self.file = file
    self.queue = queue
    self.setup = setup
    self.rules = rules
    self.log = log
    self.configuration = configuration
    notifier = ServiceNotifier()
  }

  /// Whether it could not start, or work, because another service has its state folder or socket.
  public static func isElsewhere(_ error: any Error) -> Bool {
    (error as? QueueError)?.code == "state.locked" || (error as? SystemError)?.code == EADDRINUSE
  }

  /// Works until `stop`, with the control socket open. Where it cannot, the examiners end in good
  /// order, before the error is thrown.
  public func run() async throws {
    do {
      try await work()
    } catch {
      await setup.pool.shutdown(within: .seconds(2))
      throw error
    }
  }

  private func work() async throws {
    // The state folder's lock before anything that another service could have: whoever holds it
    // may look at sockets, and only then are files taken.
    try await queue.lock()
    let control = try ControlServer(
      path: configuration.socket, group: configuration.control.group, log: log
    ) { [self] request in
      await answer(request)
    }
    defer { control.stop() }
    let metrics = try configuration.metrics.socket.map { path throws(SystemError) in
      try MetricsServer(socket: path) { [self] in
        MetricsText(await queue.status(), setup.pool.statistics).text
      }
    }
    defer { metrics?.stop() }
    try await queue.start()
    control.start()
    metrics?.start()
    log.info(
      "ready",
      metadata: [
        "version": "\(ForensicVersion.current)", "bundle": "\(setup.greeting.bundle)",
        "examiners": "\(setup.pool.configuration.count)", "socket": "\(configuration.socket)",
      ])
    notifier.ready(status: "Watching")
    try await queue.run()
  }

  /// Finishes or gives back what is in flight, within ten seconds in all.
  public func stop() async {
    notifier.stopping()
    await queue.stop(within: .seconds(7))
    await setup.pool.shutdown(within: .seconds(2))
    log.info("stopped")
  }

  /// Reads the configuration again. A file with a mistake changes nothing.
  @discardableResult
  public func reload() async -> Result<String, ConfigurationError> {
    notifier.reloading()
    defer { notifier.ready(status: "Watching") }
    do {
      let new = try Configuration.load(path: file)
      try new.checkSurroundings(file: file)
      try await queue.reload(
        QueueConfiguration(
          new.inForce(since: configuration), workers: setup.pool.configuration.count))
      rules.reload(new)
      let sentence = new.reloadSentence(since: configuration)
      log.info("configuration read again: \(sentence)", metadata: ["file": "\(file)"])
      return .success(sentence)
    } catch let error as ConfigurationError {
      log.error("configuration kept as it was: \(error.line)")
      return .failure(error)
    } catch {
      log.error("configuration kept as it was: \(error)")
      return .failure(ConfigurationError(file: file, problem: String(describing: error)))
    }
  }

  /// Feeds the manager's watchdog while every working loop goes round. Called about once a second;
  /// asks nobody and waits for nothing, so that no task in the way can keep it from speaking.
  public func feedWatchdog() {
    guard let interval = notifier.watchdogInterval else { return }
    let age = queue.heartbeat.age ?? .zero
    if age < .seconds(interval * 1.5) {
      notifier.alive()
    } else {
      log.critical(
        "a working loop stands still",
        metadata: ["loop": "\(queue.heartbeat.slowest ?? "?")", "for": "\(age)"])
    }
  }

  /// Tells the manager the counts.
  public func tellStatus() async {
    let status = await queue.status()
    notifier.status(
      "\(status.queued + status.settling) waiting, \(status.examining) examining, "
        + "\(status.reported) reported, \(status.quarantined) quarantined")
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "unknown" }
  }

  private func answer(_ request: ControlRequest) async -> [UInt8] {
    await ControlAnswers(queue: queue, reload: { await self.reload() }).answer(request)
  }
}
