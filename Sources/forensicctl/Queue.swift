import ArgumentParser
import CaseQueue
import ForensicCore
import Service

struct Queue: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the exhibits that wait or are being examined, or those in one state.",
    discussion: """
      What is being examined comes first, then what is due, in that order. What has come to its \
      end is listed with --state reported or --state quarantined, the latest first.
      """)

  @OptionGroup var service: ServiceOptions

  @Option(name: .long, help: "How many to list, 1 to 10000.")
  var limit = 50

  @Option(
    name: .long,
    help:
      "Only those in this state: \(CaseState.allCases.map(\.rawValue).joined(separator: ", ")).",
    completion: .list(CaseState.allCases.map(\.rawValue)))
  var state: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(limit) else {
      throw ValidationError("--limit \(limit) is not within 1…10000")
    }
    if let state, CaseState(rawValue: state) == nil {
      let known = CaseState.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--state \(state) is none of \(known)")
    }
  }

  func run() throws {
    let request = ControlRequest(command: .queue, limit: limit, state: state)
    let exhibits = try service.ask(request, for: [ExhibitSummary].self)
    if json { return try JSONOutput.print(exhibits) }
    if exhibits.isEmpty {
      return Terminal.out(state.map { "No exhibit is \($0)." } ?? "Nothing in the queue.")
    }
    let rows = exhibits.map { exhibit in
      [
        exhibit.id, exhibit.state.rawValue, exhibit.received.rfc3339,
        exhibit.leaning?.rawValue ?? "–", Terminal.cut(exhibit.name.madeVisible),
        exhibit.report ?? exhibit.error?.message.madeVisible ?? "",
      ]
    }
    Terminal.out(
      Terminal.table([["EXHIBIT", "STATE", "RECEIVED", "LEANING", "NAME", "REPORT"]] + rows))
  }
}
