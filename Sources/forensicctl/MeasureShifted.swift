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

    @OptionGroup var made: FreshPictureOptions

    @Option(name: .shortAndLong, help: "Where drawings are written.", completion: .directory)
    var output: String?

    @Argument(help: "Real files, analysed as they are and counted apart.", completion: .file())
    var files: [String] = []

    func run() throws {
      let source = try made.source()
      try MeasureOutput.run(output: output) { progress throws(LaboratoryError) in
        var experiment = ShiftedJPEGExperiment()
        experiment.source = source
        return try experiment.run(
          manifest: try made.dataSet.load(),
          images: made.dataSet.folder, files: files, progress: progress)
      }
    }
  }
}
