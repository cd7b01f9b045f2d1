import ArgumentParser
import Laboratory
import Service

extension Measure {
  struct Stability: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How often small changes of a picture turn a bundle's answer round.",
      discussion: """
        Pictures are examined as they are and after each change; the tables count the statements that a \
        change turns round, and how many of them were wrong.
        """)

    @OptionGroup var dataSet: ManifestOptions

    @Option(
      name: .long, help: "The bundle: a name below models/, or a path.", completion: .directory)
    var bundle = "baseline"

    @Option(name: .long, help: "train, validation or test.")
    var split = "validation"

    @Option(name: .long, help: "The first so many pictures of each class; 0 for all.")
    var pictures = 0

    func run() throws {
      let split = try MeasureOutput.split(split)
      let folder = try Resources().bundle(bundle)
      try MeasureOutput.run(output: nil) { progress throws(LaboratoryError) in
        var experiment = StabilityExperiment(ensemble: try MeasureOutput.ensemble(folder))
        experiment.split = split
        experiment.pictures = pictures
        return try experiment.run(
          manifest: try dataSet.load(),
          images: dataSet.folder, progress: progress)
      }
    }
  }
}
