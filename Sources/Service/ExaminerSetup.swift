import ExaminerPool
import ForensicCore
import Glibc

/// A pool of examiners with all that a report says of them: one set-up for the daemon and for
/// `forensicctl examine`, so that both give the same result.
public struct ExaminerSetup: Sendable {
  public let pool: ExaminerPool
  public let greeting: ExaminerGreeting
  private let settings: ExaminationSettings
  private let bundleName: String

  /// Starts the examiners and waits for the first of them.
  /// - Throws: what kept them from starting, with the program it was about.
  public static func start(
    settings: Configuration.ExaminerSettings, queue: Configuration.QueueSettings,
    bundle: String, resources: Resources, log: @escaping @Sendable (String) -> Void
  ) async throws(ConfigurationError) -> ExaminerSetup {
    let executable = settings.executable ?? Resources.sibling("forensic-examiner")
    let folder = resources.bundle(bundle)
    let configuration = PoolConfiguration(
      executable: executable, bundle: FileSystem.exists(folder) ? folder : nil,
      count: settings.count > 0 ? settings.count : Self.processors,
      memoryLimit: settings.memoryLimit << 20, timeLimit: settings.timeLimit,
      maximumFileSize: queue.maximumFileSize << 20, confined: settings.confinement, log: log)
    let pool = ExaminerPool(configuration: configuration)
    switch await pool.greeting() {
    case .success(let greeting):
      return ExaminerSetup(
        pool: pool, greeting: greeting,
        settings: ExaminationSettings(settings, queue: queue),
        bundleName: bundle)
    case .failure(let failure):
      throw ConfigurationError(file: executable, problem: failure.message, mend: failure.mend)
    }
  }

  /// What made a report on this file, so that it can be made again.
  /// - Parameter without: methods that were switched off.
  public func provenance(
    fileName: String, host: String? = nil, without: Set<ExaminationMethod> = []
  ) -> Report.Provenance {
    let off = without.map(\.rawValue).sorted().map { "--without \($0) " }.joined()
    let bundle = bundleName == "baseline" ? "" : "--bundle \(ShellWord.quoted(bundleName)) "
    return Report.Provenance(
      version: ForensicVersion.current, bundle: greeting.bundle,
      bundleDigest: greeting.bundleDigest, configurationDigest: settings.digest(without: without),
      command: "forensicctl examine \(bundle)\(off)-- \(ShellWord.quoted(fileName))", host: host)
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

      """
  }

  func digest(without: Set<ExaminationMethod>) -> SHA256Digest {
    let off = without.map(\.rawValue).sorted().joined(separator: ",")
    return ContentDigest.of(Array((off.isEmpty ? text : text + "without=\(off)\n").utf8))
  }
}

/// Words of a POSIX shell.
enum ShellWord {
  /// The text as one word: plain where that is safe, in single quotes otherwise.
  static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_-./,:=@%+".utf8.contains(byte)
      }
    }
    if plain && !text.isEmpty { return text }
    return "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
