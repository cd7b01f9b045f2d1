import ForensicCore

/// What `forensicctl status` shows: the state of the whole queue at one instant.
public struct QueueStatus: Hashable, Sendable, Codable {
  /// One inbox.
  public struct Inbox: Hashable, Sendable, Codable {
    public var name: String
    public var path: String
    /// `inotify`, `polling`, or `detached` while the folder is not there.
    public var mode: String
    /// Why it is detached or polled, or what could not be looked into by the last scan; `nil` when all
    /// is well.
    public var note: String?
    /// Files seen that are not settled yet.
    public var settling: Int
    /// When it was last looked through from end to end.
    public var lastScan: Timestamp?
  }

  /// Something that went wrong, with its time.
  public struct Incident: Hashable, Sendable, Codable {
    public var time: Timestamp
    public var message: String
  }

  /// The version of forensicd.
  public var version: String
  /// `starting`, `running`, `stopping` or `stopped`.
  public var state: String
  public var settling: Int
  public var queued: Int
  public var examining: Int
  public var reported: Int
  /// Waiting for another attempt.
  public var failed: Int
  public var quarantined: Int
  public var inboxes: [Inbox]
  public var workers: Int
  /// Exhibits finished a second, over the last minute.
  public var rate: Double
  /// Seconds since the start.
  public var uptime: Double
  public var started: Timestamp
  public var lastError: Incident?
  /// What a person should know about this run, such as a journal that had to be rebuilt.
  public var notices: [String]
}

/// One exhibit as the lists of `forensicctl` show it.
public struct ExhibitSummary: Hashable, Sendable, Codable {
  /// `2026-000123`.
  public var id: String
  /// Exact where it is UTF-8, with U+FFFD otherwise; not made visible.
  public var name: String
  /// The path below the inbox, empty at its top.
  public var folder: String
  public var inbox: String
  /// `nil` for a file over the limit of size, which is not read.
  public var sha256: SHA256Digest?
  public var size: Int
  public var received: Timestamp
  public var state: CaseState
  /// When it came to that state.
  public var since: Timestamp
  /// Attempts that were made and came to an end.
  public var attempts: Int
  /// When the next attempt is due, for `failed`.
  public var due: Timestamp?
  /// The report's folder relative to the outbox, once there is one.
  public var report: String?
  public var leaning: Conclusion.Leaning?
  public var probabilityGenerated: Double?
  /// What the last failure said.
  public var error: ExaminationFailure?
  public var sameBytesAs: String?
}

/// One exhibit with its whole way so far.
public struct ExhibitDetails: Hashable, Sendable, Codable {
  public var exhibit: ExhibitSummary
  public var custody: [Report.CustodyEvent]
}
