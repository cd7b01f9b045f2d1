import ArgumentParser
import Detectors
import ForensicCore
import Laboratory
import Service

struct BundleMeasure: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure a bundle as it stands on the pictures of a manifest.",
    discussion: """
      Nothing is learnt: calibration and thresholds are the bundle's own. Both classes pass \
      through the same chain of crops and re-encoding, at every tier. With --unseen only pictures \
      of sources that the bundle's training has nothing of are counted.
      """)

  @Argument(help: "A name below models/, or a path.")
  var bundle = "baseline"

  @OptionGroup var dataSet: ManifestOptions

  @Option(name: .long, help: "The split to measure on: train, validation or test.")
  var split: Split = .test

  @Flag(name: .long, help: "Only pictures of sources that training has nothing of.")
  var unseen = false

  @Option(name: .long, help: "Where features are kept between runs.", completion: .directory)
  var cache: String?

  @Option(name: .long, help: "Threads; 0 for one a processor. Results do not depend on it.")
  var threads = 0

  @Flag(name: .long, help: "Print the figures as JSON.")
  var json = false

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Put the figures into the bundle, in place of its own.",
      discussion: "Those of the test split, or with --unseen those of sources never seen: reports "
        + "quote them. The bundle's digest changes."))
  var renew = false

  func validate() throws {
    guard !renew || unseen || split == .test else {
      throw ValidationError("--renew takes the test split, or --unseen, not the split \(split).")
    }
  }

  func run() throws {
    do {
      let folder = try Resources().bundle(bundle)
      var loaded = try ModelBundle.load(folder)
      let display = StageDisplay()
      var description = loaded.description
      description.metrics = try Laboratory.evaluate(
        bundle: loaded, manifest: try dataSet.load(),
        images: dataSet.folder, split: split, unseen: unseen,
        cache: cache, threads: threads, progress: { display.show($0) })
      display.finish()
      if renew {
        try Laboratory.renew(description.metrics, unseen: unseen, in: folder)
        loaded = try ModelBundle.load(folder)
      }
      if json { return try JSONOutput.print(description.metrics) }
      Terminal.out(AccuracyTables(description, digest: loaded.digest).markdown)
    } catch let error as LaboratoryError {
      Terminal.error(error.description)
      throw ExitCode.failure
    } catch let error as BundleError {
      Terminal.error("\(bundle): \(error)")
      throw ExitCode.failure
    } catch let error as ConfigurationError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    }
  }
}
extension Split: ExpressibleByArgument {}
