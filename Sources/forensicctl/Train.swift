import ArgumentParser
import Detectors
import ForensicCore
import Laboratory
import Service
import VisionTransformer

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model bundle from a manifest of labelled pictures.",
    discussion: """
      Heads learn from the manifest's train split, calibration and thresholds from validation; \
      test is only measured. Both classes pass through the same chain of crops, resizing and \
      re-encoding. Features are kept in --cache, so that a second run starts from them. \
      docs/training.md tells the whole way.
      """)

  @OptionGroup var dataSet: ManifestOptions

  @Option(name: .shortAndLong, help: "The folder of the bundle.", completion: .directory)
  var output: String

  @Option(name: .long, help: "The bundle's name.")
  var name = "baseline"

  @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
  var families: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "The detectors to train, with spaces or commas between.",
      discussion:
        "There are: " + DetectorKind.all(with: nil).map(\.name).joined(separator: ", ")
        + "; with --network also network and combined. Default: all but familiar."))
  var detectors: [String] = []

  @Option(
    name: .long, help: "A network made by training/train_network.py, to be part of the bundle.",
    completion: .file(extensions: ["safetensors"]))
  var network: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The kind of the detectors' heads.",
      discussion: "By svm and ovr: linear SVM, one against the rest; ovo: one for each pair; mlp: "
        + "network of two layers; tip, tip-f: Tip-Adapter and its trained form."))
  var head: HeadKind = .mlp

  @Option(
    name: .customLong("encoder"),
    help: "Train a detector on an installed encoder too: NAME or NAME,LAYER. May be repeated.")
  var encoders: [String] = []

  @Option(name: .long, help: "The kind of the heads on encoders.")
  var encoderHead: HeadKind = .svm

  @Flag(
    name: .long, inversion: .prefixedNo,
    help: ArgumentHelp(
      "Keep what encoders see in some training pictures, for reports to name the nearest.",
      discussion: "The bundle then holds the paths, sources and digests of these pictures."))
  var references = true

  @Option(name: .long, help: "What encoders compute in. Default: bf16 where the processor has it.")
  var precision: Arithmetic?

  @OptionGroup var store: StoreOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How the detectors' softmaxes become one.",
      discussion: "By network: two layers over out-of-fold scores of the training pictures; pool: "
        + "one weight a detector, learnt from validation pictures, of which known and unknown "
        + "sources count alike."))
  var fusion: FusionMethod = .network

  @Option(name: .long, help: "How scores become likelihood ratios.")
  var calibration: CalibrationMethod = .platt

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "Go on from the networks of this bundle (fine-tuning).",
      discussion:
        "What is measured without a source, or out of fold, is trained from scratch: those "
        + "networks may know it. The bundle's sources count as known to what comes of it."),
    completion: .directory)
  var start: String?

  @Flag(name: .long, help: "Train on two classes, real and generated, instead of families.")
  var twoClasses = false

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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many of the draws that training without a source sees; all by default.",
      discussion: "It trains as often as there are sources, and each draw costs as much again."))
  var leftOutDraws: Int?

  @Flag(name: .long, help: "Print the bundle's description as JSON.")
  var json = false

  func validate() throws {
    guard (1...64).contains(draws) else {
      throw ValidationError("--draws \(draws) is not within 1…64")
    }
    if let leftOutDraws, !(1...draws).contains(leftOutDraws) {
      throw ValidationError("--left-out-draws \(leftOutDraws) is not within 1…\(draws)")
    }
    guard (0...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not within 0…1024")
    }
  }

  func run() throws {
    do {
      var map = try FamilyMap.load(path: try families ?? Resources().families)
      var data = try dataSet.load()
      if twoClasses { (data, map) = try data.twoClasses(map) }
      var options = TrainingOptions()
      if let network {
        options.network = try TrainedNetwork(path: network)
        options.detectors += ["network", "combined"]
      }
      if !detectors.isEmpty {
        options.detectors = detectors.flatMap { $0.split(separator: ",").map(String.init) }
      }
      options.head = head
      options.keepsReferences = references
      options.fusion = fusion
      options.calibration = calibration
      if let start {
        options.start = try StartBundle(ModelBundle.load(try Resources().bundle(start)))
      }
      options.name = name
      options.draws = draws
      options.seed = seed
      options.threads = threads
      options.leaveOneSourceOut = leaveOneSourceOut
      options.leftOutDraws = leftOutDraws
      options.cache = cache
      for encoder in encoders {
        options.encoders.append(
          try EncoderPlan(
            encoder, head: encoderHead, arithmetic: precision, models: store.store(),
            threads: threads))
      }
      let display = StageDisplay()
      let description = try Laboratory.train(
        manifest: data, images: dataSet.folder, families: map,
        output: output, options: options, progress: { display.show($0) })
      display.finish()
      if json { return try JSONOutput.print(description) }
      Terminal.out(AccuracyTables(description).markdown)
    } catch let error as LaboratoryError {
      Terminal.error(error.description)
      throw ExitCode.failure
    } catch let error as BundleError {
      Terminal.error("\(start ?? ""): \(error)")
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

extension HeadKind: ExpressibleByArgument {}
extension Arithmetic: ExpressibleByArgument {}
extension CalibrationMethod: ExpressibleByArgument {}
extension FusionMethod: ExpressibleByArgument {}
