import ForensicCore

/// What the queue is to watch, where it writes, and its limits. Plain values: reading them from a
/// file is the service's business.
public struct QueueConfiguration: Hashable, Sendable {
  /// What becomes of an original once it has been taken in.
  public enum Disposition: String, Hashable, Sendable, Codable, CaseIterable {
    /// It stays where it is.
    case keep
    /// It moves to the evidence store, under its digest.
    case archive
    /// It stays, and a copy goes to the evidence store.
    case copy
  }

  /// Whether an inbox is watched through kernel events or by looking again and again.
  public enum Polling: String, Hashable, Sendable, Codable, CaseIterable {
    /// Polling where the file system is known to give no events (NFS, SMB, FUSE, 9p, …).
    case automatic
    case always
    case never
  }

  /// One watched folder.
  public struct Inbox: Hashable, Sendable {
    /// Unique among the inboxes; stands in reports and in the journal.
    public var name: String
    /// An absolute path. It need not exist yet: the inbox is attached once it does.
    public var path: String
    /// Whether subdirectories belong to it.
    public var recursive: Bool
    public var disposition: Disposition
    /// How long size and modification time of a written file must stand still.
    public var settleTime: Duration
    /// Shell patterns (`fnmatch(3)`) of the names to take; empty for all.
    public var include: [String]
    /// Shell patterns of names to pass over, besides what is always passed over.
    public var ignore: [String]
    public var polling: Polling
    /// Methods that are left out of the examination of its files.
    public var without: Set<ExaminationMethod>

    public init(
      name: String, path: String, recursive: Bool = false, disposition: Disposition = .keep,
      settleTime: Duration = .seconds(2), include: [String] = [], ignore: [String] = [],
      polling: Polling = .automatic, without: Set<ExaminationMethod> = []
    ) {
      self.name = name
      self.path = path
      self.recursive = recursive
      self.disposition = disposition
      self.settleTime = settleTime
      self.include = include
      self.ignore = ignore
      self.polling = polling
      self.without = without
    }
  }

  public var inboxes: [Inbox]
  /// The folder the reports appear in; an absolute path, made where it is missing.
  public var outbox: String
  /// The folder of the journal, of work in hand and, unless `evidence` says otherwise, of the
  /// evidence store; an absolute path, made where it is missing. For one service at a time.
  public var state: String
  /// The evidence store; `nil` for `evidence` inside `state`.
  public var evidence: String?
  /// Examinations under way at once, at least 1.
  public var workers: Int
  /// How often every inbox is looked through whatever the events said.
  public var rescanInterval: Duration
  /// How often an inbox without events is looked through.
  public var pollInterval: Duration
  /// The pauses before the second, third, … attempt. One more attempt than pauses.
  public var retryDelays: [Duration]
  /// Larger files are quarantined unread, and stay in their inbox. Bytes.
  public var maximumFileSize: Int
  /// How many reports `index.html` lists.
  public var indexLength: Int
  /// An attempt at an exhibit that takes longer shows that something is wedged, and the watchdog is
  /// told: more than an examination may take, with all that is done around it.
  public var longestAttempt: Duration

  public init(
    inboxes: [Inbox], outbox: String, state: String, evidence: String? = nil, workers: Int = 2,
    rescanInterval: Duration = .seconds(300), pollInterval: Duration = .seconds(5),
    retryDelays: [Duration] = [.seconds(5), .seconds(60)],
    maximumFileSize: Int = 512 << 20, indexLength: Int = 200,
    longestAttempt: Duration = .seconds(600)
  ) {
    self.inboxes = inboxes
    self.outbox = outbox
    self.state = state
    self.evidence = evidence
    self.workers = workers
    self.rescanInterval = rescanInterval
    self.pollInterval = pollInterval
    self.retryDelays = retryDelays
    self.maximumFileSize = maximumFileSize
    self.indexLength = indexLength
    self.longestAttempt = longestAttempt
  }

  /// Methods that are left out of the examination of an inbox's files.
  func without(inbox name: String?) -> Set<ExaminationMethod> {
    inboxes.first { $0.name == name }?.without ?? []
  }

  /// The longest time that an exhibit waits for its next attempt.
  var longestPause: Duration {
    max(retryDelays.max() ?? .zero, PublicationRound.pause, Interruption.longestPause)
  }

  /// Where the evidence store lies.
  public var evidenceFolder: String { evidence ?? state + "/evidence" }
}
