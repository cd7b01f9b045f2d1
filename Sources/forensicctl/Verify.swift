import ArgumentParser
import CaseQueue
import ForensicCore
import Reporting
import Service

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that a published report is what was published.",
    discussion: """
      Checks the Ed25519 signatures of report.json and report.html, the digest of the one in the \
      other, and the original where it can be found: named with --original, in the evidence \
      store or in the inbox of the configuration.

      EXIT STATUS
        0   everything that was published is unchanged; the signatures are good
        1   something was changed, or signed with another key
        2   no signatures, no key, or the original that was named could not be read
        65  there is no report in the folder
        78  the key or the configuration cannot be used
      """)

  @Argument(help: "The report's folder, or its report.json.", completion: .directory)
  var report: String

  @Option(
    name: .long, help: "The public key to trust. Default: the one beside the configuration's key.",
    completion: .file())
  var key: String?

  @Option(name: .long, help: "The original to compare.", completion: .file())
  var original: String?

  @Option(
    name: .long, help: "The configuration that names the key, the evidence store and the inboxes.",
    completion: .file())
  var config: String?

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let isFile = report.hasSuffix("/report.json") || report == "report.json"
    let folder = isFile ? FileSystem.folder(of: report) : report
    let verification: ReportVerification
    do {
      let configuration = try self.configuration()
      let trusted = try (key ?? configuration?.signing.key.map { $0 + ".pub" })
        .map { path throws(ConfigurationError) in try VerifyingKey(path: path) }
      let named = original.flatMap { RawPath.all([$0]).first?.bytes }
      var progress: ProgressLine?
      defer { progress?.finish() }
      verification = try ReportVerification(
        folder: folder, key: trusted, named: named,
        progress: { done, total in
          // What is hashed in a blink needs no bar.
          guard total >= 64 << 20 else { return }
          if progress == nil { progress = ProgressLine(total: total >> 20, label: "MiB hashed") }
          progress?.show(done >> 20)
        },
        originals: { configuration?.originals(of: $0) ?? [] })
    } catch let error as ConfigurationError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    } catch {
      Terminal.error("\(folder.madeVisible): \(error)")
      throw ExitCode.badData
    }
    if json {
      try JSONOutput.print(verification)
    } else {
      let words = ["good": "good", "bad": "BAD", "open": "not checked"]
      Terminal.out(
        Terminal.table(
          verification.checks.map {
            [words[$0.outcome.rawValue] ?? "", $0.what, $0.detail.madeVisible]
          }))
    }
    switch verification.outcome {
    case .good: return
    case .bad: throw ExitCode(1)
    case .open: throw ExitCode(2)
    }
  }

  /// The configuration that was named, or the standard one where it can be read.
  private func configuration() throws(ConfigurationError) -> Configuration? {
    if let config { return try Configuration.load(path: config) }
    return try? Configuration.load(path: Configuration.standardPath)
  }
}
