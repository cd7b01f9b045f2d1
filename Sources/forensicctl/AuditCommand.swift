import ArgumentParser

/// `forensicctl audit DIR`, `audit merge`, `audit diff`.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Examine a whole archive: a folder, or a list of paths.",
    discussion: """
      The same examination as the service's, over any number of files in bounded memory. A run \
      that was stopped or killed goes on where it ended when the same command is given again. \
      docs/audit.md tells the whole way.
      """,
    subcommands: [AuditStart.self, AuditMergeCommand.self, AuditDiffCommand.self],
    defaultSubcommand: AuditStart.self)
}
