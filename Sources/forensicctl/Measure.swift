import ArgumentParser
import Detectors
import ForensicCore
import FoundationEssentials
import Laboratory
import Service

/// Measures the methods that read a picture's history, and what decides about it, on pictures at hand.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure methods and limits on pictures at hand.",
    discussion: "Tables are Markdown on standard output; drawings go below --output.",
    subcommands: [
      DoubleJPEG.self, ShiftedJPEG.self, CameraFiles.self, Localisation.self, Tiles.self,
      Stability.self, Encoders.self, OneColour.self,
    ])

  struct DoubleJPEG: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "double-jpeg",
      abstract: "Double JPEG over first × second quality, on pictures made from a manifest.")

    @OptionGroup var made: FreshPictureOptions

    @Option(name: .shortAndLong, help: "Where drawings are written.", completion: .directory)
    var output: String?

    func run() throws {
      let source = try made.source()
      try MeasureOutput.run(output: output) { progress throws(LaboratoryError) in
        var experiment = DoubleJPEGExperiment()
        experiment.source = source
        return try experiment.run(
          manifest: try made.dataSet.load(),
          images: made.dataSet.folder, progress: progress)
      }
    }
  }
}

extension Measure {
  struct CameraFiles: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "camera-files",
      abstract: "False alarms on real JPEG files as they are.")

    @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
    var manifest: String?

    @Argument(help: "Further files, counted in the group “named”.", completion: .file())
    var files: [String] = []

    func run() throws {
      try MeasureOutput.run(output: nil) { progress throws(LaboratoryError) in
        var list = files.map { (path: $0, group: "named") }
        if let manifest {
          let folder = FileSystem.folder(of: manifest)
          list += try Manifest.load(path: manifest).entries.filter {
            !$0.isGenerated && $0.region == nil
          }.map { ("\(folder)/\($0.file)", $0.split == .test ? "test" : "train, validation") }
        }
        return try CameraFilesExperiment().run(files: list, progress: progress)
      }
    }
  }

  struct Localisation: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Pixel AUC and F1 of each map against pictures with masks.",
      discussion: "Takes every FILE.jpg of the folder that has a FILE.mask.png beside it.")

    @Argument(help: "The folder.", completion: .directory)
    var folder: String

    @Option(
      name: .long, help: "Map the scores of this bundle as well.", completion: .directory)
    var bundle: String?

    func run() throws {
      try MeasureOutput.run(output: nil) { progress throws(LaboratoryError) in
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
          throw .unreadable(folder)
        }
        let stems = names.filter { $0.hasSuffix(".jpg") }.map { $0.dropLast(4) }.sorted()
        let pairs = stems.filter { names.contains("\($0).mask.png") }
          .map { (picture: "\(folder)/\($0).jpg", mask: "\(folder)/\($0).mask.png") }
        guard !pairs.isEmpty else { throw .emptyDataSet("no FILE.jpg with a FILE.mask.png") }
        var experiment = LocalisationExperiment()
        experiment.ensemble = try bundle.map(MeasureOutput.ensemble)
        return try experiment.run(pairs: pairs, progress: progress)
      }
    }
  }

  struct Tiles: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Scores square by square, on pictures made half of generated ones.")

    @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
    var manifest: String

    @Option(name: .long, help: "The bundle that scores.", completion: .directory)
    var bundle: String

    @Option(name: .long, help: "train, validation or test.")
    var split = "test"

    func run() throws {
      let split = try MeasureOutput.split(split)
      try MeasureOutput.run(output: nil) { progress throws(LaboratoryError) in
        var experiment = TileExperiment(ensemble: try MeasureOutput.ensemble(bundle))
        experiment.split = split
        return try experiment.run(
          manifest: try Manifest.load(path: manifest),
          images: FileSystem.folder(of: manifest), progress: progress)
      }
    }
  }
}

extension Measure {
  struct Encoders: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The table of known encoders, from files whose encoder is known.",
      discussion: """
        LIST has lines of kind (camera or program), name, source and path, with tabs between them. \
        scripts/make-encoder-table makes one and writes the table into the sources.
        """)

    @Argument(help: "The list.", completion: .file())
    var list: String

    @Flag(name: .long, help: "Print Swift instead of Markdown.")
    var swift = false

    func run() throws {
      do {
        let text = String(decoding: try FileSystem.read(path: list), as: UTF8.self)
        let table = try EncoderList(list: text)
        Terminal.out(swift ? table.swift : table.markdown)
      } catch let error as LaboratoryError {
        Terminal.error(error.description)
        throw ExitCode.failure
      } catch let error as SystemError {
        Terminal.error(error.description)
        throw ExitCode.of(error)
      }
    }
  }
}

/// Prints what was measured, and writes its drawings.
enum MeasureOutput {
  static func split(_ name: String) throws -> Split {
    guard let split = Split(rawValue: name) else {
      throw ValidationError("--split \(name) is none of train, validation, test")
    }
    return split
  }

  static func ensemble(_ bundle: String) throws(LaboratoryError) -> Ensemble {
    do {
      return try Ensemble.load(bundle: bundle)
    } catch { throw .unreadable("\(bundle): \(error)") }
  }

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
