import ForensicCore

/// The settings of the service, as `forensicd.toml` holds them. Every member has a default but
/// `inbox`, `outbox`, `state` and `socket`; `docs/configuration.md` lists them all.
public struct Configuration: Hashable, Sendable, Codable {
  /// One watched folder.
  public struct Inbox: Hashable, Sendable, Codable {
    /// What becomes of the original once its report is out.
    public enum Disposition: String, Hashable, Sendable, Codable, CaseIterable {
      /// It stays where it was dropped.
      case keep
      /// It is moved into the evidence store.
      case archive
      /// It is copied into the evidence store and stays where it was dropped.
      case copy
    }

    /// The folder, absolute or relative to the configuration file.
    public var path: String
    /// The name in reports and in the status; the last part of `path` unless given.
    public var name: String
    /// Whether folders below it are watched too.
    public var recursive: Bool
    public var disposition: Disposition
    /// Seconds a written file must stand still before it is taken, 0…3600.
    public var settle: Double
    /// Methods that are left out of the examination of its files.
    public var without: [ExaminationMethod]
    /// The case that its exhibits belong to.
    public var caseFile: CaseFile?
  }

  /// How the examiner children run.
  public struct ExaminerSettings: Hashable, Sendable, Codable {
    /// Child processes; 0 for one a processor.
    public var count: Int
    /// The program; found beside `forensicd` unless given.
    public var executable: String?
    /// Memory each child may take, in MiB.
    public var memoryLimit: Int
    /// Seconds one exhibit may take.
    public var timeLimit: Double
    /// Whether children are confined by seccomp and Landlock. Off only for debugging.
    public var confinement: Bool
    /// The PEM file of the certificates that are trusted to sign Content Credentials and time
    /// stamps; `nil` for none.
    public var trustList: String?
    /// Seconds that each method may take, where not the standard ones.
    public var budgets: [ExaminationMethod: Double]

    /// The budgets that examiners are told. Occlusion maps are a picture looked at many times over: without
    /// a word about them they take no more than a part of a short time limit, so that they never cost an
    /// exhibit its examination.
    var effectiveBudgets: [ExaminationMethod: Double] {
      let standard = ExaminationMethod.occlusion.standardBudget ?? 0
      return [.occlusion: min(standard, timeLimit / 6)].merging(budgets) { $1 }
    }
  }

  /// How the queue works.
  public struct QueueSettings: Hashable, Sendable, Codable {
    /// Seconds before the second and the third attempt at an exhibit.
    public var retryDelays: [Double]
    /// Seconds between two scans of every inbox, the safety net under inotify.
    public var rescan: Double
    /// The largest file that is taken, in MiB; a larger one is quarantined unread, and stays
    /// in its inbox.
    public var maximumFileSize: Int
    /// How many of the latest reports `index.html` lists.
    public var indexLength: Int
  }

  /// Which control-socket peers are served, besides root and the service's own user.
  public struct ControlSettings: Hashable, Sendable, Codable {
    /// The name of a group whose members may ask and retry.
    public var group: String?

    public init(group: String? = nil) { self.group = group }
  }

  /// Where numbers for Prometheus are told.
  public struct MetricsSettings: Hashable, Sendable, Codable {
    /// The Unix socket; numbers are not told without.
    public var socket: String?

    public init(socket: String? = nil) { self.socket = socket }
  }

  /// How reports are signed.
  public struct SigningSettings: Hashable, Sendable, Codable {
    /// The file of the Ed25519 key (`forensicctl key generate`); reports are not signed without.
    public var key: String?

    public init(key: String? = nil) { self.key = key }
  }

  public var inbox: [Inbox]
  /// Where reports appear.
  public var outbox: String
  /// The journal, work folder and evidence store.
  public var state: String
  /// The Unix socket for `forensicctl`.
  public var socket: String
  /// The folder that holds `templates/`, `models/` and `etc/families.toml`.
  public var data: String?
  /// The model bundle: a name below `models/`, or a path.
  public var bundle: String
  /// The folder of installed encoders.
  public var models: String
  public var examiner: ExaminerSettings
  public var queue: QueueSettings
  public var control: ControlSettings
  public var signing: SigningSettings
  public var metrics: MetricsSettings
}
