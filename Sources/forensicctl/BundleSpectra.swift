import ArgumentParser
import Detectors
import ForensicCore
import Laboratory
import Service

struct BundleSpectra: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectra",
    abstract: "Add to a bundle what spectra look like on average, or renew it.",
    discussion: """
      For camera pictures, and for every family with at least \(FamilySpectra.leastPictures) \
      training pictures in the manifest, the mean spectrum of the noise residual; reports show it \
      beside a picture's own. Nothing is trained. Both classes pass through the same chain, that of \
      the tier "as received". The bundle's digest changes: reports of before and after name \
      different ones.
      """)

  @Argument(help: "A name below models/, or a path.")
  var bundle: String

  @OptionGroup var dataSet: ManifestOptions

  @Option(name: .long, help: "Threads; 0 for one a processor. Results do not depend on it.")
  var threads = 0

  func validate() throws {
    guard (0...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not within 0…1024")
    }
  }

  func run() throws {
    do {
      let folder = try Resources().bundle(bundle)
      let before = try ModelBundle.load(folder)
      let display = StageDisplay()
      let spectra = try Laboratory.addSpectra(
        to: folder, manifest: try dataSet.load(),
        images: dataSet.folder, threads: threads,
        progress: { display.show($0) })
      display.finish()
      Terminal.out(
        Terminal.table(
          before.description.families.map { family in
            [
              family.name.rawValue,
              spectra.average(of: family.name).map { Terminal.grouped($0.pictures) }
                ?? "fewer than \(FamilySpectra.leastPictures) pictures, no average",
            ]
          }))
      let after = try ModelBundle.load(folder)
      Terminal.out("The bundle's digest is \(after.digest); it was \(before.digest).")
    } catch let error as LaboratoryError {
      Terminal.error(error.description)
      throw ExitCode.failure
    } catch let error as BundleError {
      Terminal.error("\(bundle.madeVisible): \(error)")
      throw ExitCode.failure
    } catch let error as ConfigurationError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    }
  }
}
