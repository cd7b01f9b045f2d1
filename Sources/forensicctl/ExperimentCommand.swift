import ArgumentParser
import Detectors
import ForensicCore
import Laboratory
import Service

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Repeat an experiment on a data set: tables, figures and words.",
    discussion: """
      NAME is one of those that "experiment list" prints, or "all". Every experiment writes CSV, \
      SVG and Markdown into a folder of its own below --output. Features are computed once and \
      kept in --store: a run that was stopped goes on where it was. Both classes pass through \
      the same chain at every tier: quality 40, 65 and 90, as received, web (long side at most \
      768, quality 60) and hard (512, 40).

      EXAMPLES
        forensicctl experiment list
        forensicctl experiment quality-matrix --manifest data/manifest.csv --output results
        forensicctl experiment all --manifest data/manifest.csv --output results
      """)

  @Argument(help: "The experiment, \"all\" or \"list\".")
  var name: String

  @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
  var manifest: String?

  @Option(
    name: .long, help: "The folder the manifest's files are below. Default: the manifest's own.",
    completion: .directory)
  var images: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      The features: spectrum, residual, colour, half-size, texture, quarter-size or joined, with \
      commas between.
      """,
      discussion: "Experiments that need one set take the last."))
  var features = "spectrum,residual,colour,half-size,texture,quarter-size,joined"

  @Option(name: .shortAndLong, help: "The folder of the results.", completion: .directory)
  var output: String?

  @Option(
    name: .long, help: "Where features are kept. Default: OUTPUT/store.", completion: .directory)
  var store: String?

  @Option(
    name: .long, help: "With all: one page over all results; what follows its last mark is kept.",
    completion: .file(extensions: ["md"]))
  var markdown: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For doubleclip: a Stable Diffusion server, such as http://127.0.0.1:7860.",
      discussion: "Pictures are sent to it. Without one nothing is, and doubleclip is not run."))
  var sdServer: String?

  @Option(name: .long, help: "Twins that the server may be asked for in one run.")
  var sdPictures = 400

  @Option(name: .long, help: "Seconds that may be spent on twins in one run, a day at most.")
  var sdSeconds = 3600.0

  @Option(name: .long, help: "Seconds for one answer of the server, a day at most.")
  var sdTimeout = 120.0

  @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
  var families: String?

  @Option(name: .long, help: "Seeds the chain, the draws and the networks.")
  var seed: UInt64 = 1

  @Option(name: .long, help: "Threads; 0 for one a processor. Results do not depend on it.")
  var threads = 0

  @Flag(name: .long, help: "Print the results as JSON, one object a line.")
  var json = false

  func validate() throws {
    guard name != "list" else { return }
    guard name == "all" || Experiments.named(name) != nil else {
      throw ValidationError("no experiment is called \"\(name)\"; see \"experiment list\"")
    }
    guard manifest != nil else { throw ValidationError("--manifest is missing") }
    guard output != nil else { throw ValidationError("--output is missing") }
    guard markdown == nil || name == "all" else {
      throw ValidationError("--markdown goes with \"all\"")
    }
    let seconds = StableDiffusionServer.seconds
    guard sdPictures >= 8, seconds.contains(sdSeconds), seconds.contains(sdTimeout) else {
      throw ValidationError(
        "--sd-pictures has to be at least 8, the seconds within 0.001…86400, a day"
      )
    }
    guard (0...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not within 0…1024")
    }
    _ = try choices()
  }

  func run() throws {
    if name == "list" { return list() }
    guard let manifest, let output else { return }
    do {
      let map = try FamilyMap.load(path: try families ?? Resources().families)
      let display = StageDisplay()
      var data = try ExperimentData.load(
        manifest: Manifest.load(path: manifest), families: map,
        store: FeatureStore(
          images: images ?? FileSystem.folder(of: manifest), cache: store ?? output + "/store",
          threads: threads),
        choices: choices(), seed: seed, progress: { display.show($0) })
      if let sdServer {
        let server = StableDiffusionServer(address: sdServer, timeout: sdTimeout, seed: seed)
        let twins = try TwinStore(
          server: server, folder: (store ?? output + "/store") + "/twins",
          budget: .init(pictures: sdPictures, seconds: sdSeconds))
        data.twins = (twins, sdPictures)
      }
      let failed = try run(data, output: output, display: display)
      if failed { throw ExitCode.failure }
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

  /// Runs what was asked for; true when an experiment of "all" could not be run on this data.
  private func run(
    _ data: ExperimentData, output: String, display: StageDisplay
  ) throws -> Bool {
    let pages = ExperimentPages(output: output)
    var results = [(experiment: any Experiment, result: ExperimentResult)]()
    var failed = false
    for experiment in Experiments.all where name == "all" || experiment.name == name {
      do {
        let result = try experiment.run(data)
        display.finish()
        let files = try pages.write(result, of: experiment)
        results.append((experiment, result))
        if json {
          try JSONOutput.print(
            Line(name: experiment.name, files: files, result: result), compact: true)
        } else {
          Terminal.out("# \(experiment.heading)\n")
          for table in result.tables where table.isShown {
            Terminal.out("\(table.caption)\n\n\(table.markdown)\n")
          }
          Terminal.out(files.joined(separator: "\n") + "\n")
        }
      } catch {
        display.finish()
        guard name == "all" else { throw error }
        // Not every data set has what every experiment needs.
        Terminal.error("\(experiment.name): \(error)")
        failed = true
      }
    }
    if let markdown {
      try ExperimentPages.writePage(
        results, to: markdown,
        figures: Self.relative(output, to: FileSystem.folder(of: markdown)) + "/",
        introduction: introduction(data))
    }
    return failed
  }

  private struct Line: Encodable {
    var name: String
    var files: [String]
    var result: ExperimentResult
  }

  private func list() {
    let rows = Experiments.all.map { [$0.name, $0.heading] }
    Terminal.out(Terminal.table(rows))
  }

  private func choices() throws -> [FeatureChoice] {
    let names = features.split(separator: ",").map(String.init)
    guard !names.isEmpty else { throw ValidationError("--features is empty") }
    return try names.map { name in
      guard let choice = FeatureChoice.named(name) else {
        let known = FeatureChoice.handMade.map(\.name).joined(separator: ", ")
        throw ValidationError("--features: \"\(name)\" is none of \(known)")
      }
      return choice
    }
  }

  private func introduction(_ data: ExperimentData) -> String {
    let entries = data.entries
    let real = entries.count { !$0.isGenerated }
    let sources = Set(entries.map(\.source)).count
    return """
      Made by `forensicctl experiment all` on \(real) real and \(entries.count - real) generated \
      pictures of \(sources) sources (manifest `\(data.manifest.digest.short)`), seed \
      \(seed). Each table can be made again, on any data set, with the command above it; every \
      experiment writes its tables as CSV and its figures as SVG too.

      The seed report worked with features of CLIP ViT-L/14. Where these pages name no encoder, \
      the same experiments ran on hand-made features (`spectrum`, `residual`, `colour`, \
      `half-size`, `texture`, `quarter-size`, or all joined), averaged over a picture's views, since no trained \
      weights of others were at hand. The report's own figures stand beside ours: what can be \
      compared is the pattern, not the height, for features, pictures and generators all differ. \
      Both classes pass through the same chain of crops and re-encoding at every tier; choices \
      (C, α, epochs) are made on the validation split, and *balanced accuracy* is the mean of both \
      classes' shares of right answers.
      """
  }

  /// The way from a folder to another, as a link takes it.
  static func relative(_ path: String, to folder: String) -> String {
    let target = FileSystem.absolute(path).split(separator: "/")
    let base = FileSystem.absolute(folder).split(separator: "/")
    let common = zip(target, base).prefix { $0 == $1 }.count
    let up = [Substring](repeating: "..", count: base.count - common)
    return (up + target[common...]).joined(separator: "/")
  }
}
