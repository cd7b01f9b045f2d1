import ArgumentParser
import ForensicCore
import Laboratory
import Service

extension Measure {
  struct OneColour: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "one-colour",
      abstract: "How far colours stray from one shade, in a manifest's pictures and in toned ones.",
      discussion: """
        The training and validation splits are looked at: the limit below which nothing is concluded \
        was chosen on them (docs/one-colour.md).
        """)

    @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
    var manifest: String

    @Option(
      name: .long, help: "The folder the manifest's files are below. Default: the manifest's own.",
      completion: .directory)
    var images: String?

    func run() throws {
      try MeasureOutput.run(output: nil) { progress throws(LaboratoryError) in
        try OneColourExperiment().run(
          manifest: try Manifest.load(path: manifest),
          images: images ?? FileSystem.folder(of: manifest), progress: progress)
      }
    }
  }
}
