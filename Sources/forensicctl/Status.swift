import ArgumentParser
import CaseQueue
import ForensicCore
import Glibc
import Service

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the service is doing.",
    discussion: "Counts by state, the inboxes and how they are watched, rate and last error.")

  @OptionGroup var service: ServiceOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .long, help: "Show it again every second until interrupted.")
  var watch = false

  func run() throws {
    repeat {
      let status = try service.ask(ControlRequest(command: .status), for: QueueStatus.self)
      if json {
        try JSONOutput.print(status, compact: watch)
      } else {
        if watch && isatty(STDOUT_FILENO) == 1 {
          Terminal.write("\u{1b}[H\u{1b}[2J", to: STDOUT_FILENO)
        }
        Terminal.out(Self.text(status))
      }
      if watch { sleep(1) }
    } while watch
  }

  static func text(_ status: QueueStatus) -> String {
    var parts = [
      "forensicd \(status.version): \(status.state), up \(Terminal.duration(status.uptime))"
    ]
    parts.append(
      Terminal.table([
        ["settling", "queued", "examining", "reported", "failed", "quarantined"],
        [
          status.settling, status.queued, status.examining, status.reported, status.failed,
          status.quarantined,
        ].map(Terminal.grouped),
      ]))
    let rate = (status.rate * 10).rounded() / 10
    parts.append("\(rate) a second over the last minute, \(status.workers) examiners")
    parts.append(
      Terminal.table(
        status.inboxes.map { inbox in
          [
            "inbox \(inbox.name.madeVisible)", inbox.mode, inbox.path.madeVisible,
            inbox.note.map { "(\($0.madeVisible))" } ?? "",
          ]
        }))
    parts += status.notices.map { "note: " + $0.madeVisible }
    if let incident = status.lastError {
      parts.append("last error \(incident.time.rfc3339): \(incident.message.madeVisible)")
    }
    return parts.joined(separator: "\n")
  }
}
