import ArgumentParser
import ForensicCore

@main
struct Forensicctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forensicctl",
    abstract: "Ask, steer and use forensicd, the forensic examiner of pictures.",
    discussion: """
      EXIT STATUS
        0   all that was asked was done
        1   some of it failed; each failure is named
        2   verify: signatures, or the original that was named, were not checked
        64  wrong usage
        65  verify, pdf: there is no report
        69  no service answers on the socket, or not within 10 s
        70  an internal error
        74  what was to be printed could not be written
        75  stopped before the end; the same command goes on
        77  not allowed
        78  the configuration cannot be used
      """,
    version: ForensicVersion.current,
    subcommands: [
      Status.self, Queue.self, Show.self, Retry.self, Reload.self, Examine.self, Drop.self,
      AuditCommand.self, PDFCommand.self, Verify.self, ConfigCommand.self, KeyCommand.self,
      BundleCommand.self, ModelCommand.self, Embed.self, Train.self, Measure.self,
      ExperimentCommand.self, DatasetCommand.self, FamilyCommand.self,
    ])
}
