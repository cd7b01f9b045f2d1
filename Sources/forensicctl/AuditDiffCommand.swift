import ArgumentParser
import Audit
import ForensicCore

struct AuditDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What differs between two audits.",
    discussion: "The exit status is 0 when nothing differs and 1 otherwise.")

  @Option(name: .long, help: "By how much P(generated) may differ without counting, 0 to 1.")
  var tolerance = 0.0

  @Flag(name: .long, help: "Print one JSON object a difference.")
  var json = false

  @Argument(help: "The earlier audit's folder.", completion: .directory)
  var first: String

  @Argument(help: "The later audit's folder.", completion: .directory)
  var second: String

  func validate() throws {
    guard (0...1).contains(tolerance) else {
      throw ValidationError("--tolerance \(tolerance) is not within 0…1")
    }
  }

  func run() throws {
    var counts = [AuditDiff.Change.Kind: Int]()
    do {
      try AuditDiff.compare(first, second, tolerance: tolerance) { change in
        counts[change.kind, default: 0] += 1
        if json {
          try JSONOutput.print(change, compact: true)
        } else {
          Terminal.out(Self.line(change))
        }
      }
    } catch {
      Terminal.error("\(error)")
      throw ExitCode.badConfiguration
    }
    if counts.isEmpty { return }
    if !json {
      Terminal.out(
        AuditDiff.Change.Kind.allCases.compactMap { kind in
          counts[kind].map { "\(kind.rawValue) \(Terminal.grouped($0))" }
        }.joined(separator: ", "))
    }
    throw ExitCode.failure
  }

  private static func line(_ change: AuditDiff.Change) -> String {
    let name = (change.path + (change.member.map { "!/" + $0 } ?? "")).madeVisible
    func told(_ status: String?, _ probability: Double?) -> String {
      (status ?? "–") + (probability.map { " \(($0 * 1000).rounded() / 10) %" } ?? "")
    }
    return "\(change.kind.rawValue)  \(name): "
      + told(change.before, change.probabilityBefore) + " → "
      + told(change.after, change.probabilityAfter)
  }
}
