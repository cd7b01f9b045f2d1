/// The report on one exhibit: `report.json` is this value, `report.html` is drawn from it.
///
/// The examination's members stand at the top level of the JSON, beside `exhibit`; on failure
/// they are absent and `error` says why. The schema is `docs/report.schema.json`.
public struct Report: Hashable, Sendable {
  /// The version of the JSON layout. The first number grows when a reader must change.
  public static let schemaVersion = "1.1"

  /// One step of the exhibit's way, from the journal.
  public struct CustodyEvent: Hashable, Sendable, Codable {
    public var time: Timestamp
    /// `received`, `settled`, `queued`, `examining`, `reported`, `failed`, `quarantined`.
    public var state: String
    /// Why the step was taken, such as `renamed into the inbox`.
    public var cause: String

    public init(time: Timestamp, state: String, cause: String) {
      self.time = time
      self.state = state
      self.cause = cause
    }
  }

  /// How the examiner child was confined while it read the file.
  public struct Confinement: Hashable, Sendable, Codable {
    public var noNewPrivileges: Bool
    public var seccomp: Bool
    /// The kernel's Landlock ABI version in force; `nil` when Landlock was not active.
    public var landlock: Int?
    /// The resident memory it could reach, in bytes (enforced as a limit on private memory, less
    /// what was mapped read-only).
    public var memoryLimit: Int?
    /// Wall-clock limit for one exhibit in seconds.
    public var timeLimit: Double?

    public init(
      noNewPrivileges: Bool, seccomp: Bool, landlock: Int?, memoryLimit: Int?, timeLimit: Double?
    ) {
      self.noNewPrivileges = noNewPrivileges
      self.seccomp = seccomp
      self.landlock = landlock
      self.memoryLimit = memoryLimit
      self.timeLimit = timeLimit
    }
  }

  /// What made this report, so that it can be made again.
  public struct Provenance: Hashable, Sendable, Codable {
    /// The version of forensicd.
    public var version: String
    /// The model bundle's name and digest.
    public var bundle: String
    public var bundleDigest: SHA256Digest?
    /// The digest of the settings that can change a result.
    public var configurationDigest: SHA256Digest?
    /// The command that reproduces the examination.
    public var command: String
    /// The machine's name; absent from `forensicctl examine`.
    public var host: String?
    public var confinement: Confinement?
    /// When the report was written.
    public var written: Timestamp?

    public init(
      version: String, bundle: String, bundleDigest: SHA256Digest?,
      configurationDigest: SHA256Digest?, command: String, host: String? = nil,
      confinement: Confinement? = nil, written: Timestamp? = nil
    ) {
      self.version = version
      self.bundle = bundle
      self.bundleDigest = bundleDigest
      self.configurationDigest = configurationDigest
      self.command = command
      self.host = host
      self.confinement = confinement
      self.written = written
    }
  }

  public var exhibit: Exhibit
  /// What was learnt, or why nothing was.
  public var outcome: Result<Examination, ExaminationFailure>
  public var custody: [CustodyEvent]
  public var provenance: Provenance

  public init(
    exhibit: Exhibit, outcome: Result<Examination, ExaminationFailure>,
    custody: [CustodyEvent] = [], provenance: Provenance
  ) {
    self.exhibit = exhibit
    self.outcome = outcome
    self.custody = custody
    self.provenance = provenance
  }
}

extension Report: Codable {
  private enum Key: String, CodingKey {
    case schemaVersion, exhibit, error, custody, provenance
    case image, jpeg, metadata, detectors, conclusion, findings, figures, notExamined
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    exhibit = try container.decode(Exhibit.self, forKey: .exhibit)
    custody = try container.decode([CustodyEvent].self, forKey: .custody)
    provenance = try container.decode(Provenance.self, forKey: .provenance)
    if let failure = try container.decodeIfPresent(ExaminationFailure.self, forKey: .error) {
      outcome = .failure(failure)
    } else {
      outcome = .success(try Examination(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.schemaVersion, forKey: .schemaVersion)
    try container.encode(exhibit, forKey: .exhibit)
    try container.encode(custody, forKey: .custody)
    try container.encode(provenance, forKey: .provenance)
    switch outcome {
    case .success(let examination): try examination.encode(to: encoder)
    case .failure(let failure): try container.encode(failure, forKey: .error)
    }
  }
}
