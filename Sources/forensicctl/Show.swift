import ArgumentParser
import CaseQueue
import ForensicCore
import Service

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one exhibit and its way so far.")

  @OptionGroup var service: ServiceOptions

  @Argument(help: "The exhibit's number, such as 2026-000123.")
  var exhibit: String

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let request = ControlRequest(command: .show, exhibit: exhibit)
    let details = try service.ask(request, for: ExhibitDetails.self)
    if json { return try JSONOutput.print(details) }
    let summary = details.exhibit
    var rows = [
      ["exhibit", summary.id], ["name", summary.name.madeVisible],
      ["inbox", summary.inbox.madeVisible],
      ["SHA-256", summary.sha256?.hex ?? "not taken: no byte of it was read"],
      ["size", Terminal.grouped(summary.size) + " bytes"], ["state", summary.state.rawValue],
    ]
    if let leaning = summary.leaning { rows.append(["leaning", leaning.rawValue]) }
    if let report = summary.report { rows.append(["report", report]) }
    if let same = summary.sameBytesAs { rows.append(["same bytes as", same]) }
    if let error = summary.error {
      rows.append(["error", error.message.madeVisible])
      if let mend = error.mend { rows.append(["mend", mend.madeVisible]) }
    }
    Terminal.out(Terminal.table(rows))
    Terminal.out("")
    Terminal.out(
      Terminal.table(
        details.custody.map { [$0.time.rfc3339, $0.state, $0.cause.madeVisible] }))
  }
}
