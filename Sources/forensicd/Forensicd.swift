import ArgumentParser
import CLinux
import ForensicCore
import Glibc
import Logging
import Service

@main
struct Forensicd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forensicd",
    abstract: "Watch inboxes, examine the pictures that land there, publish reports.",
    discussion: """
      Runs in the foreground and logs to standard error. SIGTERM and SIGINT end it in good order, \
      SIGHUP reads the configuration again.

      EXIT STATUS
        0   ended by SIGTERM or SIGINT
        64  wrong usage
        70  an internal error
        75  another forensicd uses the same state folder or socket
        78  the configuration cannot be used
      """,
    version: ForensicVersion.current)

  @Option(name: .long, help: "The configuration file.", completion: .file())
  var config: String = Configuration.standardPath

  @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: LogLevel = .info

  // Synchronous on purpose: the main thread waits for signals, and blocks them before any other
  // thread starts, so that no other thread is ever interrupted by one.
  func run() throws {
    var signals = [SIGTERM, SIGINT, SIGHUP]
    _ = clinux_block_signals(&signals, Int32(signals.count))
    signal(SIGPIPE, SIG_IGN)
    var log = Logger(label: "forensicd") { _ in JournalLogHandler() }
    log.logLevel = logLevel.level

    let supervisor = Supervisor(file: config, log: log)
    supervisor.start()
    var ticks = 0
    while supervisor.exitStatus == nil {
      switch clinux_wait_signal(&signals, Int32(signals.count), 100) {
      case SIGHUP: supervisor.reload()
      case 0:
        ticks += 1
        if ticks % 10 == 0 { supervisor.beat() }
      default: supervisor.stop()
      }
    }
    throw ExitCode(supervisor.exitStatus ?? 70)
  }
}

/// The log levels by name.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error, critical

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
