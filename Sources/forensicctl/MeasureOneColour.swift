import ArgumentParser
import ForensicCore
import Laboratory

extension Measure {
  struct OneColour: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "one-colour",
      abstract: "How far colours stray from one shade, in a manifest's pictures and in toned ones.",
      discussion: """
        The training and validation splits are looked at: the limit below which nothing is concluded \
        was chosen on them (docs/one-colour.md).
        """)

    @OptionGroup var dataSet: ManifestOptions

    func run() throws {
      try MeasureOutput.run(output: nil) { progress throws(LaboratoryError) in
        try OneColourExperiment().run(
          manifest: try dataSet.load(),
          images: dataSet.folder, progress: progress)
      }
    }
  }
}
