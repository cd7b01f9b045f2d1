import ArgumentParser
import ForensicCore
import Service

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check or show the configuration.",
    subcommands: [Check.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a configuration as the service will, and say what is wrong with it.")

    @Argument(help: "The configuration file.", completion: .file())
    var file: String = Configuration.standardPath

    @Flag(name: .long, help: "Print the completed configuration as JSON.")
    var json = false

    func run() throws {
      do {
        let configuration = try Configuration.load(path: file)
        try configuration.checkSurroundings(file: file)
        let resources = try Resources(explicit: configuration.data)
        let bundle = resources.bundle(configuration.bundle)
        for warning in configuration.warnings { Terminal.error("warning: \(warning.madeVisible)") }
        if !FileSystem.exists(bundle + "/bundle.json") {
          Terminal.error(
            "warning: bundle: \(bundle.madeVisible) holds no bundle.json: no detector will run, and "
              + "no report will conclude anything")
        }
        if json { return try JSONOutput.print(configuration) }
        Terminal.out("\(file.madeVisible): usable")
        for inbox in configuration.inbox {
          let missing = FileSystem.exists(inbox.path) ? "" : "  (not there yet)"
          Terminal.out("  inbox \(inbox.name.madeVisible): \(inbox.path.madeVisible)\(missing)")
        }
        Terminal.out("  outbox: \(configuration.outbox.madeVisible)")
        Terminal.out("  bundle: \(bundle.madeVisible)")
      } catch let error as ConfigurationError {
        Terminal.error(error.description)
        throw ExitCode.badConfiguration
      }
    }
  }
}
