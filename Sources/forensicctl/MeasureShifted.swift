import ArgumentParser
import ForensicCore
import Laboratory
import Service

extension Measure {
  struct ShiftedJPEG: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "shifted-jpeg",
      abstract: "Double JPEG on shifted grids over first × second quality.",
      discussion: """
        Pictures are made from a manifest: smaller, saved, cropped at random, saved again. The \
        threshold was chosen on the validation split; the tables of the documentation are of the \
        test split.
        """)

    @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
    var manifest: String

    @Option(
      name: .long,
      help: "The folder the manifest's files are below. Default: the manifest's own.",
      completion: .directory)
    var images: String?

    @Option(name: .long, help: "train, validation or test.")
    var split = "test"

    @Option(name: .long, help: "The first so many pictures; 0 for all.")
    var pictures = 0

    @Option(name: .shortAndLong, help: "Where drawings are written.", completion: .directory)
    var output: String?

    @Argument(help: "Real files, analysed as they are and counted apart.", completion: .file())
    var files: [String] = []

    func run() throws {
      guard let split = Split(rawValue: split) else {
        throw ValidationError("--split \(split) is none of train, validation, test")
      }
      try MeasureOutput.run(output: output) { progress throws(LaboratoryError) in
        var experiment = ShiftedJPEGExperiment()
        experiment.split = split
        experiment.pictures = pictures
        return try experiment.run(
          manifest: try Manifest.load(path: manifest),
          images: images ?? FileSystem.folder(of: manifest), files: files, progress: progress)
      }
    }
  }
}
