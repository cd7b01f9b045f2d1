import ArgumentParser
import CaseQueue
import Service

struct Retry: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Examine quarantined exhibits again.")

  @OptionGroup var service: ServiceOptions

  @Argument(help: "Exhibit numbers, such as 2026-000123.")
  var exhibits: [String]

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    var failed = false
    var taken = [ExhibitSummary]()
    // Also where the service goes away on the way: what it took up, it took up.
    defer { if json { try? JSONOutput.print(taken) } }
    for exhibit in exhibits {
      do {
        let request = ControlRequest(command: .retry, exhibit: exhibit)
        let summary = try service.ask(request, for: ExhibitSummary.self)
        taken.append(summary)
        if !json { Terminal.out("\(exhibit): \(summary.state.rawValue)") }
      } catch let code as ExitCode where code == .failure {
        failed = true
      }
    }
    if failed { throw ExitCode.failure }
  }
}

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have the service read its configuration again, as SIGHUP does.")

  @OptionGroup var service: ServiceOptions

  func run() throws {
    let message = try service.ask(ControlRequest(command: .reload), for: String.self)
    Terminal.out(message)
  }
}
