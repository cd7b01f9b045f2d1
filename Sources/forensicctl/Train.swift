import ArgumentParser
import Detectors
import ForensicCore
import Laboratory
import Service

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model bundle from a manifest of labelled pictures.",
    discussion: """
      Heads learn from the manifest's train split, calibration and thresholds from validation; \
      test is only measured. Both classes pass through the same chain of crops, resizing and \
      re-encoding. Features are kept in --cache, so that a second run starts from them. \
      docs/training.md tells the whole way.
      """)

  @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
  var manifest: String

  @Option(
    name: .long, help: "The folder the manifest's files are below. Default: the manifest's own.",
    completion: .directory)
  var images: String?

  @Option(name: .shortAndLong, help: "The folder of the bundle.", completion: .directory)
  var output: String

  @Option(name: .long, help: "The bundle's name.")
  var name = "baseline"

  @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
  var families: String?

  @Option(name: .long, help: "Where features are kept between runs.", completion: .directory)
  var cache: String?

  @Option(name: .long, help: "How often each training picture passes through the chain, 1 to 64.")
  var draws = TrainingOptions().draws

  @Option(name: .long, help: "Seeds the chain, the folds and the networks.")
  var seed = TrainingOptions().seed

  @Option(name: .long, help: "Threads; 0 for one a processor. Results do not depend on it.")
  var threads = 0

  @Flag(
    name: .long, inversion: .prefixedNo,
    help: "Train again without each source, to measure what is never seen in training.")
  var leaveOneSourceOut = true

  @Flag(name: .long, help: "Print the bundle's description as JSON.")
  var json = false

  func validate() throws {
    guard (1...64).contains(draws) else {
      throw ValidationError("--draws \(draws) is not within 1…64")
    }
    guard (0...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not within 0…1024")
    }
  }

  func run() throws {
    do {
      let map = try FamilyMap.load(path: try families ?? Resources().families)
      let data = try Manifest.load(path: manifest)
      var options = TrainingOptions()
      options.name = name
      options.draws = draws
      options.seed = seed
      options.threads = threads
      options.leaveOneSourceOut = leaveOneSourceOut
      options.cache = cache
      let display = StageDisplay()
      let description = try Laboratory.train(
        manifest: data, images: images ?? FileSystem.folder(of: manifest), families: map,
        output: output, options: options, progress: { display.show($0) })
      display.finish()
      if json { return try JSONOutput.print(description) }
      Terminal.out(AccuracyTables(description).markdown)
    } catch let error as LaboratoryError {
      Terminal.error(error.description)
      throw ExitCode.failure
    } catch let error as FamilyMapError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    } catch let error as ConfigurationError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    }
  }
}
