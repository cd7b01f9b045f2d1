import ArgumentParser
import Detectors
import ForensicCore
import Glibc
import Laboratory
import Service

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Build, fetch, check and cut data sets for training and experiments.",
    discussion: """
      A data set is a manifest: CSV, one row a picture or a region of one. Every subcommand that \
      changes one writes a new file and refuses to write over another; the pictures are never \
      touched. Columns that a subcommand does not know are kept.
      """,
    subcommands: [
      Build.self, Fetch.self, Check.self, SplitRows.self, Balance.self, Exclude.self, Pairs.self,
    ])

  /// A manifest in, a manifest out.
  struct Files: ParsableArguments {
    @Argument(help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
    var manifest: String

    @Option(
      name: .shortAndLong, help: "The new manifest.", completion: .file(extensions: ["csv"]))
    var output: String

    /// Reads, changes, checks and writes.
    func change(_ body: (inout DataTable) throws -> String) throws {
      try DatasetCommand.run {
        try DatasetCommand.requireNew(output)
        var table = try DataTable.load(path: manifest)
        let words = try body(&table)
        let checked = try table.manifest()
        try table.write(to: output)
        Terminal.out("\(words) \(DatasetCommand.summary(checked))")
      }
    }
  }

  struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a manifest from a folder with a folder for each class.",
      discussion: """
        FOLDER/real holds photographs; every other folder is named after a generator or family \
        that the map of families knows. The first folder below a class folder is the source, \
        named with its class, as real/phone; folders below that are taken with it. Files that are \
        damaged, are no picture or lie in no class folder are left out and named. Of files with \
        the same bytes one is kept, or none where they lie under different families; pictures \
        that look alike share a group, and groups are never split.
        """)

    @Argument(help: "The folder.", completion: .directory)
    var folder: String

    @Option(
      name: .shortAndLong, help: "The manifest. Default: FOLDER/manifest.csv.",
      completion: .file(extensions: ["csv"]))
    var output: String?

    @OptionGroup var options: BuildOptions

    @Flag(name: .long, help: "Print what was left out as JSON.")
    var json = false

    func run() throws {
      try DatasetCommand.run {
        let target = output ?? folder + "/manifest.csv"
        try DatasetCommand.requireNew(target)
        let display = StageDisplay()
        let built = try options.builder().build(folder, progress: { display.show($0) })
        display.finish()
        try DatasetCommand.write(built, to: target, json: json)
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every picture of a manifest and say what is wrong.",
      discussion: """
        Refused: files that are missing, changed or broken, regions outside them, families that \
        the map does not know, copies of one picture in more than one split (by perceptual hash, \
        at most 4 of 64 bits apart), a picture with two families or twice in validation or test. \
        Warned of: pictures that are damaged or listed twice in train; formats, sizes and \
        sources that give the class away. Ends with 1 when something is refused.
        """)

    @Argument(help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
    var manifest: String

    @Option(
      name: .long, help: "The folder the manifest's files are below. Default: the manifest's own.",
      completion: .directory)
    var images: String?

    @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
    var families: String?

    @Option(name: .long, help: "Threads; 0 for one a processor.")
    var threads = 0

    @Flag(name: .long, help: "Print the findings as JSON.")
    var json = false

    func run() throws {
      try DatasetCommand.run {
        let display = StageDisplay()
        let check = try DataSetCheck.run(
          Manifest.load(path: manifest), images: images ?? FileSystem.folder(of: manifest),
          families: FamilyMap.load(path: try families ?? Resources().families), threads: threads,
          progress: { display.show($0) })
        display.finish()
        if json { try JSONOutput.print(check) } else { show(check) }
        if !check.isSound { throw ExitCode.failure }
      }
    }

    private func show(_ check: DataSetCheck) {
      Terminal.out(
        Terminal.table(
          [["split", "family", "rows", "sources"]]
            + check.counts.map {
              [$0.split.rawValue, $0.family, Terminal.grouped($0.rows), String($0.sources)]
            }))
      for problem in check.problems { Terminal.out("problem: \(problem)") }
      for copies in check.straddling {
        Terminal.out(
          "copies in \(copies.splits.map(\.rawValue).joined(separator: " and ")): "
            + copies.files.joined(separator: ", "))
      }
      for copies in check.copies {
        Terminal.out("copies within a split: \(copies.joined(separator: ", "))")
      }
      for warning in check.warnings { Terminal.out("beware: \(warning)") }
      Terminal.out(check.isSound ? "Nothing is wrong." : "This data set should be mended.")
    }
  }

  /// How pictures become rows.
  struct BuildOptions: ParsableArguments {
    @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
    var families: String?

    @Option(name: .long, help: "The share of the groups that goes to validation.")
    var validation = 0.15

    @Option(name: .long, help: "The share of the groups that goes to test.")
    var test = 0.2

    @Option(name: .long, help: "Seeds the split.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Threads; 0 for one a processor.")
    var threads = 0

    func builder() throws -> DataSetBuilder {
      DataSetBuilder(
        families: try FamilyMap.load(path: try families ?? Resources().families),
        threads: threads, seed: seed, validationShare: validation, testShare: test)
    }
  }

  /// Runs a subcommand, turning its errors into words and exit statuses.
  static func run(_ body: () throws -> Void) throws {
    do {
      try body()
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

  /// Refuses to write over a file: it may be a picture, the input itself, or kept by hand.
  static func requireNew(_ path: String, option: String = "--output") throws {
    var status = stat()
    guard lstat(path, &status) != 0 else {
      Terminal.error(
        "\(path.madeVisible) is there already; name another \(option), or remove it first")
      throw ExitCode.failure
    }
  }

  /// Makes a file's folder, and sees whether a file can be written into it.
  static func makeFolder(of path: String) throws {
    let folder = FileSystem.folder(of: path)
    try? FileSystem.makeFolder(folder)
    guard access(folder + "/.", W_OK | X_OK) == 0 else { throw LaboratoryError.unwritable(path) }
  }

  static func summary(_ manifest: Manifest) -> String {
    let parts = Split.allCases.map { split in
      let entries = manifest.entries(of: split)
      let real = entries.count { !$0.isGenerated }
      return "\(split.rawValue) \(real) real and \(entries.count - real) generated"
    }
    return parts.joined(separator: ", ") + "."
  }

  static func write(_ built: DataSetBuilder.Outcome, to output: String, json: Bool) throws {
    let manifest = try built.table.manifest()
    try built.table.write(to: output)
    if json {
      try JSONOutput.print(
        Built(
          manifest: output, rows: built.table.rows.count, refused: built.refused,
          copies: built.copies, contradictions: built.contradictions))
    } else {
      for refusal in built.refused { Terminal.out("left out \(refusal.file): \(refusal.reason)") }
      for copy in built.copies { Terminal.out("left out \(copy): another file has its bytes") }
      for files in built.contradictions { Terminal.out("left out \(files)") }
      Terminal.out("\(output): \(summary(manifest))")
    }
  }

  private struct Built: Encodable {
    var manifest: String
    var rows: Int
    var refused: [DataSetBuilder.Refusal]
    var copies: [String]
    var contradictions: [DataSetBuilder.Contradiction]
  }
}
