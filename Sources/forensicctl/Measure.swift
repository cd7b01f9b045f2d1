import ArgumentParser
import ForensicCore
import Laboratory
import Service

/// Measures the methods that read a picture's history, on pictures at hand.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the methods that read a picture's compression history.",
    discussion: "Tables are Markdown on standard output; drawings go below --output.",
    subcommands: [DoubleJPEG.self])

  struct DoubleJPEG: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "double-jpeg",
      abstract: "Double JPEG over first × second quality, on pictures made from a manifest.")

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

    func run() throws {
      guard let split = Split(rawValue: split) else {
        throw ValidationError("--split \(split) is none of train, validation, test")
      }
      try MeasureOutput.run(output: output) { progress throws(LaboratoryError) in
        var experiment = DoubleJPEGExperiment()
        experiment.split = split
        experiment.pictures = pictures
        return try experiment.run(
          manifest: try Manifest.load(path: manifest),
          images: images ?? FileSystem.folder(of: manifest), progress: progress)
      }
    }
  }
}

/// Prints what was measured, and writes its drawings.
enum MeasureOutput {
  static func run(
    output: String?,
    _ body: (@escaping ProgressHandler) throws(LaboratoryError) -> ExperimentResult
  ) throws {
    let display = StageDisplay()
    do {
      let result = try body { display.show($0) }
      display.finish()
      for table in result.tables { Terminal.out("\(table.caption)\n\n\(table.markdown)\n") }
      for remark in result.remarks { Terminal.out("\(remark)\n") }
      guard let output else { return }
      try FileSystem.makeFolder(output)
      for figure in result.figures {
        try FileSystem.write(Array(figure.svg.utf8), path: "\(output)/\(figure.name).svg")
      }
    } catch let error as LaboratoryError {
      display.finish()
      Terminal.error(error.description)
      throw ExitCode.failure
    }
  }
}
