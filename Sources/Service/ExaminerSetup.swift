import ExaminerPool
import ForensicCore
import Glibc

/// A pool of examiners with all that a report says of them: one set-up for the daemon and for
/// `forensicctl examine`, so that both give the same result.
public struct ExaminerSetup: Sendable {
  public let pool: ExaminerPool
  public let greeting: ExaminerGreeting
  private let examinationSettings: ExaminationSettings
  private let bundleName: String
  /// Where not the standard ones.
  private let budgets: [ExaminationMethod: Double]

  /// Starts the examiners and waits for the first of them.
  /// - Throws: what kept them from starting, with the program it was about.
  public static func start(
    settings: Configuration.ExaminerSettings, queue: Configuration.QueueSettings,
    bundle: String, models: String, resources: Resources, log: @escaping @Sendable (String) -> Void
  ) async throws(ConfigurationError) -> ExaminerSetup {
    let executable = settings.executable ?? Resources.sibling("forensic-examiner")
    let folder = resources.bundle(bundle)
    let configuration = PoolConfiguration(
      executable: executable, bundle: FileSystem.exists(folder) ? folder : nil,
      models: FileSystem.exists(models) ? models : nil,
      trustList: settings.trustList, budgets: settings.effectiveBudgets,
      count: settings.count > 0 ? settings.count : Self.processors,
      memoryLimit: settings.memoryLimit << 20, timeLimit: settings.timeLimit,
      maximumFileSize: queue.maximumFileSize << 20, confined: settings.confinement, log: log)
    let pool = ExaminerPool(configuration: configuration)
    switch await pool.greeting() {
    case .success(let greeting):
      return ExaminerSetup(
        pool: pool, greeting: greeting,
        examinationSettings: ExaminationSettings(settings, queue: queue),
        bundleName: bundle, budgets: settings.budgets)
    case .failure(let failure):
      throw ConfigurationError(file: executable, problem: failure.message, mend: failure.mend)
    }
  }

  /// What made a report on this file, so that it can be made again.
  ///
  /// - Parameter without: methods that were left out.
  public func provenance(
    fileName: FileName, host: String? = nil, without: [ExaminationMethod] = []
  ) -> Report.Provenance {
    let bundle = bundleName == "baseline" ? "" : "--bundle \(ShellWord.quoted(bundleName)) "
    let trust = pool.configuration.trustList.map { "--trust-list \(ShellWord.quoted($0)) " } ?? ""
    let left = without.map { "--without \($0.rawValue) " }.sorted().joined()
    let budget = budgets.map { "--budget \($0.rawValue)=\($1) " }.sorted().joined()
    let options = bundle + trust + left + budget
    let file = ShellWord.quoted(bytes: fileName.bytes)
    return Report.Provenance(
      version: ForensicVersion.current, bundle: greeting.bundle,
      bundleDigest: greeting.bundleDigest,
      configurationDigest: examinationSettings.digest(without: without),
      command: "forensicctl examine \(options)-- \(file)", host: host)
  }

  /// Processors this process may use.
  public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// The settings that can change what a report says, and nothing else.
struct ExaminationSettings {
  private let text: String

  init(_ examiner: Configuration.ExaminerSettings, queue: Configuration.QueueSettings) {
    text = """
      schema=\(Report.schemaVersion)
      memory_limit=\(examiner.memoryLimit)
      time_limit=\(examiner.timeLimit)
      maximum_file_size=\(queue.maximumFileSize)
      trust_list=\(Self.digest(ofFile: examiner.trustList))
      budget=\(ExaminationMethod.allCases.map { Self.budget($0, examiner) })

      """
  }

  private static func digest(ofFile path: String?) -> String {
    path.flatMap { try? FileSystem.read(path: $0) }.map { ContentDigest.of($0).hex } ?? "none"
  }

  private static func budget(
    _ method: ExaminationMethod, _ examiner: Configuration.ExaminerSettings
  ) -> String {
    "\(method.rawValue)=\(examiner.effectiveBudgets[method] ?? method.standardBudget ?? 0)"
  }

  func digest(without: [ExaminationMethod]) -> SHA256Digest {
    ContentDigest.of(
      Array((text + "without=\(without.map(\.rawValue).sorted())\n").utf8))
  }
}
