import ArgumentParser
import Audit
import ForensicCore
import Foundation
import Service

struct AuditStart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Examine an archive, or go on with it (the default).",
    discussion: """
      Writes results.jsonl, results.sqlite, summary.html and summary.json below --output. ZIP and \
      TAR files are opened, symbolic links are not followed. Files that cannot be examined have a \
      line that says why; they do not change the exit status. Shards come from --shard, from a \
      Slurm job array (SLURM_ARRAY_TASK_ID), or from a Kubernetes Indexed Job \
      (JOB_COMPLETION_INDEX with FORENSIC_SHARDS); each gets a folder of its own below --output, \
      which `audit merge` joins.
      """)

  @Option(name: .shortAndLong, help: "The audit's own folder.", completion: .directory)
  var output: String

  @Option(name: .long, help: "Only part K of N, as K/N.")
  var shard: String?

  @Option(name: .long, help: "Only files changed since this day (2026-01-31) or time (RFC 3339).")
  var since: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: "Only names that match this shell pattern; with a / in it, whole paths. Repeatable.")
  var include: [String] = []

  @Option(
    name: .long, parsing: .singleValue,
    help: "No names that match this pattern; folders that match are not entered. Repeatable.")
  var exclude: [String] = []

  @Flag(name: .long, inversion: .prefixedNo, help: "Open ZIP and TAR files.")
  var containers = true

  @Option(
    name: .long, help: "Whole reports too, for: none, generated or all.",
    completion: .list(["none", "generated", "all"]))
  var reports = AuditSettings.Reports.none

  @OptionGroup var bundle: BundleOption

  @OptionGroup var store: StoreOptions

  @Option(name: .long, help: "Child processes, 1 to 256. Default: one a processor.")
  var workers: Int?

  @Flag(name: .long, help: "Print the tallies as JSON when done.")
  var json = false

  @Argument(
    help: "A folder, or a file with one path a line (or NUL between paths); - reads the list.",
    completion: .file())
  var input: String

  func validate() throws {
    for path in [input, output] { try RawPath.requireText(path) }
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers \(workers) is not within 1…256")
    }
    if let shard, Shard(shard) == nil {
      throw ValidationError("--shard \(shard) is no K/N with 1 ≤ K ≤ N")
    }
    if let since, Self.time(since) == nil {
      throw ValidationError("--since \(since) is no day such as 2026-01-31 and no RFC 3339 time")
    }
  }

  func run() async throws {
    let run: AuditRun
    let setup: ExaminerSetup
    let folder: String
    do {
      let shard = try wantedShard()
      folder = shard.folderName.isEmpty ? output : output + "/" + shard.folderName
      (run, setup) = try await makeRun(of: shard, in: folder)
    } catch {
      Terminal.error("\(error)")
      throw ExitCode.badConfiguration
    }
    let display = AuditDisplay()
    let signals = StopSignals { _ in run.stop() }
    let result = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: Result { try run.run(show: { display.show($0) }) })
      }
    }
    signals.end()
    display.finish()
    await setup.pool.shutdown(within: .seconds(2))
    switch result {
    case .success(let end): try tell(end, of: folder)
    case .failure(let error):
      Terminal.error("\(error)")
      throw ExitCode.failure
    }
  }

  /// The part that is wanted, by the command line or by the machine's place in a job.
  private func wantedShard() throws -> Shard {
    try shard.flatMap { Shard($0) }
      ?? Shard.fromEnvironment(ProcessInfo.processInfo.environment) ?? .whole
  }

  private func makeRun(
    of shard: Shard, in folder: String
  ) async throws -> (AuditRun, ExaminerSetup) {
    var isFolder: ObjCBool = false
    let exists =
      input == "-" || FileManager.default.fileExists(atPath: input, isDirectory: &isFolder)
    guard exists else { throw AuditError("there is no \(input.madeVisible)") }
    let resources = try Resources()
    let reportFiles = try ReportFiles(templates: resources.templates)
    var examiner = Configuration.ExaminerSettings()
    examiner.count = workers ?? ExaminerSetup.processors
    let setup = try await ExaminerSetup.start(
      settings: examiner, queue: Configuration.QueueSettings(), bundle: bundle.name(in: resources),
      models: store.store().path, resources: resources, log: { Terminal.error($0) })
    try bundle.require(setup.greeting, in: resources)
    let settings = AuditSettings(
      input: input == "-" ? input : FileSystem.absolute(input), isList: !isFolder.boolValue,
      base: isFolder.boolValue ? nil : FileSystem.absolute("."), shard: shard,
      since: since.flatMap(Self.time), include: include, exclude: exclude,
      containers: containers, reports: reports, provenance: setup.provenance(fileName: FileName(""))
    )
    return (
      AuditRun(
        setup: setup, settings: settings, output: folder, templates: resources.templates,
        reports: reportFiles), setup
    )
  }

  private func tell(_ end: AuditRun.End, of folder: String) throws {
    switch end {
    case .finished(let tallies):
      if json {
        try print(tallies)
      } else {
        Terminal.out(AuditDisplay.words(tallies) + "\n" + folder + "/summary.html")
      }
    case .finishedBefore(let files, let tallies):
      Terminal.error("finished before: \(Terminal.grouped(files)) files; nothing to do")
      guard json else { return }
      guard let tallies else {
        Terminal.error("\(folder.madeVisible) has no summary.json any more to tell the tallies by")
        throw ExitCode.failure
      }
      try print(tallies)
    case .stopped:
      Terminal.error("stopped; the same command goes on")
      throw ExitCode.interrupted
    }
  }

  private func print(_ tallies: [AuditRecord.Status: Int]) throws {
    try JSONOutput.print(
      Dictionary(uniqueKeysWithValues: tallies.map { ($0.key.rawValue, $0.value) }),
      compact: true)
  }

  /// A day, from its first instant in UTC, or a time.
  static func time(_ text: String) -> Timestamp? {
    Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "T00:00:00.000Z")
      ?? (text.hasSuffix("Z") ? Timestamp(rfc3339: text.dropLast() + ".000Z") : nil)
  }
}

extension AuditSettings.Reports: ExpressibleByArgument {}
