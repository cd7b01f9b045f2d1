import ForensicCore

/// A report as the files that are published.
public struct RenderedReport: Hashable, Sendable {
  /// `report.json`: the encoded `Report`.
  public var json: [UInt8]
  /// `report.html`.
  public var html: [UInt8]

  public init(json: [UInt8], html: [UInt8]) {
    self.json = json
    self.html = html
  }
}

/// What `index.html` is drawn from.
public struct ReportIndex: Hashable, Sendable, Codable {
  /// One finished exhibit.
  public struct Entry: Hashable, Sendable, Codable {
    /// The exhibit's number, such as `2026-000123`.
    public var id: String
    /// The file's name made visible: no control or direction marks, still to be HTML-escaped.
    public var name: String
    /// The report's folder relative to the outbox, ASCII, such as `2026/11/photo-3f9a1c` or
    /// `quarantine/2026/11/photo-3f9a1c`.
    public var folder: String
    public var inbox: String
    public var sha256: SHA256Digest
    public var received: Timestamp
    public var finished: Timestamp
    /// `reported` or `quarantined`.
    public var state: CaseState
    /// `nil` for what was quarantined.
    public var leaning: Conclusion.Leaning?
    public var probabilityGenerated: Double?
    /// The code of the failure; `nil` for what was reported.
    public var error: String?
    public var sameBytesAs: String?
  }

  /// The latest first.
  public var entries: [Entry]
  public var reported: Int
  public var quarantined: Int
  public var written: Timestamp

  public init(entries: [Entry], reported: Int, quarantined: Int, written: Timestamp) {
    self.entries = entries
    self.reported = reported
    self.quarantined = quarantined
    self.written = written
  }
}

/// What the queue is handed from outside: who examines, and how results look.
public struct QueueServices: Sendable {
  /// Whoever examines; at most `QueueConfiguration.workers` calls are under way at once.
  public var examiner: any ExaminationService
  /// Version, bundle and configuration behind a report on this exhibit. The queue fills in
  /// `confinement` and `written`. Exhibits with the same bytes whose version and digests agree
  /// share one examination.
  public var provenance: @Sendable (Exhibit) -> Report.Provenance
  /// Called on several threads at once.
  public var render: @Sendable (Report) throws -> RenderedReport
  /// `index.html` for these entries; called at most once a second.
  public var renderIndex: @Sendable (ReportIndex) throws -> [UInt8]

  public init(
    examiner: any ExaminationService,
    provenance: @escaping @Sendable (Exhibit) -> Report.Provenance,
    render: @escaping @Sendable (Report) throws -> RenderedReport,
    renderIndex: @escaping @Sendable (ReportIndex) throws -> [UInt8]
  ) {
    self.examiner = examiner
    self.provenance = provenance
    self.render = render
    self.renderIndex = renderIndex
  }
}
