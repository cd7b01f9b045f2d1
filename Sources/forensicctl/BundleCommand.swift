import ArgumentParser
import Detectors
import ForensicCore
import Service

struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "Look into model bundles, measure them, add average spectra.",
    subcommands: [Show.self, BundleMeasure.self, BundleSpectra.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print what a bundle is, what it was trained on and how well it was measured.",
      discussion: "The tables are Markdown; docs/accuracy.md begins with this command's output.")

    @Argument(help: "A name below models/, or a path.")
    var bundle = "baseline"

    @Flag(name: .long, help: "Print bundle.json's content as JSON.")
    var json = false

    func run() throws {
      do {
        let folder = try Resources().bundle(bundle)
        let loaded = try ModelBundle.load(folder)
        if json { return try JSONOutput.print(loaded.description) }
        Terminal.out(AccuracyTables(loaded.description, digest: loaded.digest).markdown)
      } catch let error as BundleError {
        var mend = ""
        if case .unreadable = error { mend = "\n  Give a name below models/, or a path with a /." }
        Terminal.error("\(bundle.madeVisible): \(error)\(mend)")
        throw ExitCode.failure
      } catch let error as ConfigurationError {
        Terminal.error(error.description)
        throw ExitCode.badConfiguration
      }
    }
  }
}
