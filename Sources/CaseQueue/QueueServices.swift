import ForensicCore

/// A report as the files that are published.
public struct RenderedReport: Hashable, Sendable {
  /// `report.json`: the encoded `Report`.
  public var json: [UInt8]
  /// `report.html`.
  public var html: [UInt8]
  /// Detached signatures by file name, published with the two in the same rename.
  public var signatures: [String: [UInt8]]

  public init(json: [UInt8], html: [UInt8], signatures: [String: [UInt8]] = [:]) {
    self.json = json
    self.html = html
    self.signatures = signatures
  }
}

/// What `index.html` is drawn from.
public struct ReportIndex: Hashable, Sendable {
  /// The latest lines of `reports.jsonl` as they were written, the latest first, each with its
  /// newline; one an exhibit.
  public var lines: [UInt8]
  /// All exhibits that ended so, not only those in `lines`.
  public var reported: Int
  public var quarantined: Int
  public var written: Timestamp

  public init(lines: [UInt8], reported: Int, quarantined: Int, written: Timestamp) {
    self.lines = lines
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
  /// The line of `reports.jsonl` for a report in this folder (relative to the outbox), with its
  /// newline. Its JSON object has the exhibit's number as `id`.
  public var renderLine: @Sendable (Report, String) throws -> [UInt8]
  /// Reads a `report.json` that `render` wrote.
  public var readReport: @Sendable ([UInt8]) throws -> Report
  /// `index.html` for these entries; called at most once a second.
  public var renderIndex: @Sendable (ReportIndex) throws -> [UInt8]

  public init(
    examiner: any ExaminationService,
    provenance: @escaping @Sendable (Exhibit) -> Report.Provenance,
    render: @escaping @Sendable (Report) throws -> RenderedReport,
    renderLine: @escaping @Sendable (Report, String) throws -> [UInt8] = ReportFormats.line,
    readReport: @escaping @Sendable ([UInt8]) throws -> Report = ReportFormats.read,
    renderIndex: @escaping @Sendable (ReportIndex) throws -> [UInt8]
  ) {
    self.examiner = examiner
    self.provenance = provenance
    self.render = render
    self.renderLine = renderLine
    self.readReport = readReport
    self.renderIndex = renderIndex
  }
}
