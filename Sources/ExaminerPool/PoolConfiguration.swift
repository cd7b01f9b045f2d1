import ForensicCore

/// How examiners are started and what they may use.
public struct PoolConfiguration: Sendable {
  /// The path of `forensic-examiner`.
  public var executable: String
  /// The folder of the model bundle; `nil` for none, when no detector runs.
  public var bundle: String?
  /// The PEM file of the certificates that are trusted; `nil` for none.
  public var trustList: String?
  /// Seconds that a method may take, where not the standard ones.
  public var budgets: [ExaminationMethod: Double]
  /// The folder of installed encoders; `nil` for none.
  public var models: String?
  /// How many examiners work side by side, at least 1.
  public var count: Int
  /// Resident memory an examiner may reach, in bytes. What it maps read-only at the start (the
  /// program, the bundle) is taken off before the rest becomes its `RLIMIT_DATA`.
  public var memoryLimit: Int
  /// Wall-clock time for one exhibit, in seconds.
  public var timeLimit: Double
  /// Wall-clock time to start and load the bundle, in seconds.
  public var startLimit: Double
  /// The longest file that is examined, in bytes. It is read into memory, not mapped, because a
  /// file that shrinks under a mapping kills its reader, and one that changes misleads a parser.
  public var maximumFileSize: Int
  /// Whether the examiner gives up files, network and processes. Off only for debugging.
  public var confined: Bool
  /// An examiner is replaced after this many exhibits…
  public var exhibitsPerExaminer: Int
  /// …or when it keeps more memory than this between exhibits, in bytes.
  public var residentBetweenExhibits: Int
  /// Where the examiners' standard error and the pool's own remarks go, a line at a time, on a
  /// thread of the pool's.
  public var log: @Sendable (String) -> Void

  public init(
    executable: String, bundle: String? = nil, models: String? = nil,
    trustList: String? = nil, budgets: [ExaminationMethod: Double] = [:], count: Int = 2,
    memoryLimit: Int = 512 << 20, timeLimit: Double = 30, startLimit: Double = 60,
    maximumFileSize: Int = 192 << 20, confined: Bool = true, exhibitsPerExaminer: Int = 2000,
    residentBetweenExhibits: Int = 256 << 20, log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.executable = executable
    self.bundle = bundle
    self.trustList = trustList
    self.budgets = budgets
    self.models = models
    self.count = max(1, count)
    self.memoryLimit = memoryLimit
    self.timeLimit = timeLimit
    self.startLimit = startLimit
    self.maximumFileSize = maximumFileSize
    self.confined = confined
    self.exhibitsPerExaminer = max(1, exhibitsPerExaminer)
    self.residentBetweenExhibits = residentBetweenExhibits
    self.log = log
  }

  /// The examiner's command line. It is told its parent so that it can notice that the parent
  /// died before it could ask to be told.
  func arguments(parent: Int32) -> [String] {
    var arguments = [executable, "--parent", String(parent)]
    if let bundle { arguments += ["--bundle", bundle] }
    if let trustList { arguments += ["--trust-list", trustList] }
    for (method, seconds) in budgets.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      arguments += ["--budget", "\(method.rawValue)=\(seconds)"]
    }
    if let models { arguments += ["--models", models] }
    arguments += ["--memory", String(memoryLimit), "--file-size", String(maximumFileSize)]
    if !confined { arguments.append("--unconfined") }
    return arguments
  }

  /// One thread a process: the numeric libraries would otherwise start their own, and threads
  /// cannot be started once the doors are shut. The crash reporter of the Swift run-time would
  /// start a program. Nothing else of the parent's environment matters to an examiner but where
  /// its shared libraries are.
  static func environment(libraryPath: String?) -> [String] {
    var environment = [
      "LC_ALL=C.UTF-8", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "SWIFT_BACKTRACE=enable=no",
    ]
    if let libraryPath { environment.append("LD_LIBRARY_PATH=\(libraryPath)") }
    return environment
  }
}
