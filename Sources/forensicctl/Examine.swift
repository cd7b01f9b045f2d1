import ArgumentParser
import CaseQueue
import ForensicCore
import Glibc
import Reporting
import Service

struct Examine: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Examine files here and now, without the service.",
    discussion: """
      The same examination as the service's, in the same confined child processes. Results come in \
      the order of the arguments. The exit status is 0 when every file was examined and 1 when \
      some were not; their lines say why. Details of the case are also read from a sidecar file, \
      PICTURE.case.toml beside PICTURE; what the command line gives wins over it.
      """)

  @Flag(name: .long, help: "Print one compact JSON object a line, without figures.")
  var json = false

  @Flag(name: .long, help: "Leave the figures in the JSON.")
  var figures = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write report.json and report.html too: below this folder, in N-DIGEST: the file's place "
        + "among the arguments and the first six digits of its SHA-256."),
    completion: .directory)
  var output: String?

  @OptionGroup var bundle: BundleOption

  @Option(
    name: .long, help: "A PEM file of the certificates you trust to sign Content Credentials.",
    completion: .file())
  var trustList: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A method to leave out; may be given several times.", valueName: "method"))
  var without: [ExaminationMethod] = []

  @Option(
    name: .customLong("budget"),
    help: ArgumentHelp(
      "Seconds that a method may take for one file; may be given several times.",
      discussion: "For "
        + ExaminationMethod.allCases.filter(\.takesBudget).map(\.rawValue).joined(separator: ", ")
        + "; without it stability has no limit, and each of the others 5 seconds.",
      valueName: "method=seconds"))
  var budgets: [MethodBudget] = []

  @Option(name: .customLong("case"), help: "The case's number, for the report.")
  var caseNumber: String?

  @Option(name: .long, help: "The exhibit's number in the case, for the report.")
  var exhibit: String?

  @Option(name: .long, help: "Who examines, for the report.")
  var examiner: String?

  @Option(name: .long, help: "A remark, for the report.")
  var remark: String?

  @OptionGroup var store: StoreOptions

  @Option(name: .long, help: "Child processes, 1 to 256. Default: one a processor.")
  var workers: Int?

  @Argument(help: "Files to examine.", completion: .file())
  var files: [String]

  func validate() throws {
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers \(workers) is not within 1…256")
    }
    if let output { try RawPath.requireText(output) }
    if files.isEmpty { throw ValidationError("name at least one file to examine") }
  }

  func run() async throws {
    let run: ExaminationRun
    do {
      run = try await makeRun()
    } catch {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    }
    let failed = await run.examineAll()
    await run.setup.pool.shutdown(within: .seconds(2))
    if failed > 0 { throw ExitCode.failure }
  }

  private func makeRun() async throws(ConfigurationError) -> ExaminationRun {
    let resources = try Resources()
    let reports = try ReportFiles(templates: resources.templates)
    var settings = Configuration.ExaminerSettings()
    settings.trustList = trustList
    for budget in budgets {
      settings.budgets[budget.method] = budget.seconds
      // What a method takes more than usual is no reason to give the file up.
      settings.timeLimit += budget.seconds
    }
    settings.count = min(workers ?? ExaminerSetup.processors, files.count)
    let setup = try await ExaminerSetup.start(
      settings: settings, queue: Configuration.QueueSettings(), bundle: bundle.name(in: resources),
      models: store.store().path, resources: resources, log: { Terminal.error($0) })
    try bundle.require(setup.greeting, in: resources)
    if let reason = setup.greeting.trustListFailure {
      throw ConfigurationError(
        file: trustList ?? "", problem: "the trust list cannot be used: \(reason)",
        mend: "Name a PEM file with at least one CERTIFICATE block.")
    }
    // Empty words say nothing, as in a sidecar file.
    func said(_ words: String?) -> String? { words.flatMap { $0.isEmpty ? nil : $0 } }
    let caseFile = CaseFile(
      number: said(caseNumber), exhibit: said(exhibit), examiner: said(examiner),
      remark: said(remark))
    return ExaminationRun(
      setup: setup, caseFile: caseFile.isEmpty ? nil : caseFile, reports: reports,
      files: RawPath.all(files), json: json, figures: figures,
      output: output, without: without)
  }
}

extension ExaminationMethod: ExpressibleByArgument {}
