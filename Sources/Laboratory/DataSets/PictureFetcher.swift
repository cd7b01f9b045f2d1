import Detectors
import ForensicCore
import FoundationEssentials

/// Fetches the pictures that a list of addresses names, many at a time. What goes wrong with one
/// is counted and written down, and never stops the others; a run that was stopped goes on where
/// it was.
///
/// The list is a CSV file with a column `url` and, as far as they are known, `generator`
/// (default `real`), `source` (default the host), `group` and `sha256`. Pictures come to lie in
/// `FOLDER/pictures`, named after their digests; `FOLDER/fetched.csv` is the journal.
public struct PictureFetcher: Sendable {
  /// What became of an address.
  public enum Outcome: String, Hashable, Sendable, CaseIterable, Codable {
    case fetched
    /// 404 and 410.
    case gone
    /// Any other status that is no success.
    case refused
    /// The name cannot be resolved, or nobody answers.
    case unreachable
    case timedOut = "timed-out"
    case tooLarge = "too-large"
    case tooManyRedirects = "too-many-redirects"
    /// What came is no JPEG, PNG or WebP.
    case wrongType = "wrong-type"
    /// What came is not what the list says.
    case wrongDigest = "wrong-digest"
    /// Not HTTP or HTTPS, or no address at all.
    case badAddress = "bad-address"
    case failed

    /// Whether another try may end otherwise.
    var isPassing: Bool { [.unreachable, .timedOut, .refused, .failed].contains(self) }
  }

  /// One address and what became of it.
  public struct Record: Hashable, Sendable, Codable {
    public var url: String
    public var outcome: Outcome
    public var redirects: Int
    /// Below the folder; empty where nothing was kept.
    public var file: String
    /// The status, type or digest that came, or the limit that was in force, as a number.
    public var detail: String
  }

  /// How it went, address by address and in sum.
  public struct Report: Hashable, Sendable, Codable {
    /// In the order of the list.
    public var records: [Record]
    /// How many of them a run before had settled.
    public var resumed: Int

    /// How many addresses came to each outcome; those that none came to are left out.
    public var counts: [(outcome: Outcome, count: Int)] {
      Outcome.allCases.compactMap { outcome in
        let count = records.count { $0.outcome == outcome }
        return count > 0 ? (outcome, count) : nil
      }
    }

    /// How many were fetched through at least one redirect.
    public var redirected: Int { records.count { $0.outcome == .fetched && $0.redirects > 0 } }
  }

  /// The folder that pictures and journal lie in.
  public var folder: String
  public var client: WebClient
  /// Transfers at a time.
  public var connections: Int
  /// Tries for what may pass.
  public var tries: Int

  public init(
    folder: String, client: WebClient = WebClient(), connections: Int = 16, tries: Int = 2
  ) {
    self.folder = folder
    self.client = client
    self.connections = connections
    self.tries = tries
  }

  /// Fetches what the journal has not settled.
  /// - Parameter retryPassing: whether failures of a run before that may pass are tried again.
  public func fetch(
    _ list: DataTable, retryPassing: Bool = true, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> Report {
    let (urlColumn, digestColumn) = (
      try list.place(of: "url"), list.columns.firstIndex(of: "sha256")
    )
    do {
      try FileManager.default.createDirectory(
        atPath: folder + "/pictures", withIntermediateDirectories: true)
    } catch {
      throw .unwritable(folder)
    }
    let journal = try FetchJournal(folder: folder)
    var digests = [String: String]()
    for row in list.rows where digests[row[urlColumn]] == nil {
      digests[row[urlColumn]] = digestColumn.map { row[$0].lowercased() } ?? ""
    }
    let settled = journal.records.filter { url, record in
      stands(record, digest: digests[url] ?? "", retryPassing: retryPassing)
    }
    var wanted = [(url: String, digest: String)]()
    var seen = Set(settled.keys)
    for row in list.rows where seen.insert(row[urlColumn]).inserted {
      wanted.append((row[urlColumn], digests[row[urlColumn]] ?? ""))
    }
    let todo = wanted
    let counter = Counter(stage: "fetching", total: todo.count, progress)
    let records = try Parallel.map(todo.count, threads: max(1, connections)) {
      index throws(LaboratoryError) -> Record in
      let record = try fetch(todo[index].url, digest: todo[index].digest)
      try journal.add(record)
      counter.step()
      return record
    }
    var all = settled
    for record in records { all[record.url] = record }
    var listed = Set<String>()
    let inOrder = list.rows.compactMap { row in
      listed.insert(row[urlColumn]).inserted ? all[row[urlColumn]] : nil
    }
    return Report(records: inOrder, resumed: inOrder.count - records.count)
  }

  /// Whether what became of an address still holds: not where the cause was a limit that is wider
  /// now, or a digest that the list has no more.
  /// - Parameter digest: what the list says; empty where it says nothing.
  private func stands(_ record: Record, digest: String, retryPassing: Bool) -> Bool {
    switch record.outcome {
    // Pictures are named after their digests.
    case .fetched: digest.isEmpty || record.file.contains(digest)
    case .tooLarge: Int(record.detail).map { client.maximumSize <= $0 } ?? false
    case .tooManyRedirects: Int(record.detail).map { client.maximumRedirects <= $0 } ?? false
    case .wrongDigest: !digest.isEmpty && digest != record.detail
    default: !(retryPassing && record.outcome.isPassing)
    }
  }

  private func fetch(_ url: String, digest: String) throws(LaboratoryError) -> Record {
    var record = Record(url: url, outcome: .failed, redirects: 0, file: "", detail: "")
    for _ in 0..<max(1, tries) {
      do throws(WebClient.Failure) {
        let answer = try client.get(url)
        record.redirects = answer.redirects
        (record.outcome, record.detail) = Self.judge(answer, digest: digest)
        if record.outcome == .fetched { record.file = try keep(answer.bytes) }
      } catch {
        (record.outcome, record.detail) = judge(error)
      }
      if !record.outcome.isPassing { break }
    }
    return record
  }

  private static func judge(_ answer: WebClient.Answer, digest: String) -> (Outcome, String) {
    switch answer.status {
    case 200: break
    case 404, 410: return (.gone, "status \(answer.status)")
    default: return (.refused, "status \(answer.status)")
    }
    guard Look.format(answer.bytes) != nil else {
      return (.wrongType, answer.contentType.isEmpty ? "no type stated" : answer.contentType)
    }
    guard digest.isEmpty || BundleDigest.of(answer.bytes).hex == digest else {
      return (.wrongDigest, BundleDigest.of(answer.bytes).hex)
    }
    return (.fetched, "")
  }

  private func judge(_ failure: WebClient.Failure) -> (Outcome, String) {
    switch failure {
    case .unreachable(let detail): (.unreachable, detail)
    case .timedOut: (.timedOut, "")
    case .tooLarge: (.tooLarge, String(client.maximumSize))
    case .tooManyRedirects: (.tooManyRedirects, String(client.maximumRedirects))
    case .badAddress(let detail): (.badAddress, detail)
    case .failed(let detail): (.failed, detail)
    }
  }

  /// Writes a picture under its digest, whole or not at all.
  private func keep(_ bytes: [UInt8]) throws(WebClient.Failure) -> String {
    let suffix = Look.format(bytes) == "JPEG" ? "jpg" : Look.format(bytes) == "PNG" ? "png" : "webp"
    let file = "pictures/\(BundleDigest.of(bytes).hex).\(suffix)"
    do {
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(file)"), options: .atomic)
    } catch {
      throw .failed("cannot write \(file)")
    }
    return file
  }

  /// The manifest of what was fetched, ready to be trained on.
  public func manifest(
    _ list: DataTable, _ report: Report, builder: DataSetBuilder, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> DataSetBuilder.Outcome {
    let url = try list.place(of: "url")
    let place = { (column: String) in list.columns.firstIndex(of: column) }
    let (generator, source, group) = (place("generator"), place("source"), place("group"))
    let files = Dictionary(
      report.records.filter { $0.outcome == .fetched }.map { ($0.url, $0.file) },
      uniquingKeysWith: { first, _ in first })
    var grouped = [(group: String, digest: String)]()
    let candidates = list.rows.compactMap { row -> DataSetBuilder.Candidate? in
      guard let file = files[row[url]] else { return nil }
      if let group, !row[group].isEmpty { grouped.append((row[group], file)) }
      return DataSetBuilder.Candidate(
        file: file, generator: generator.map { row[$0] } ?? "real",
        source: source.map { row[$0] } ?? Self.host(row[url]))
    }
    var outcome = try builder.build(candidates, in: folder, progress: progress)
    guard !grouped.isEmpty else { return outcome }
    // The list's own groups, such as pairs of a photograph and what its caption gave, and the pictures
    // that look alike: where either hold two of the list's groups together, these are one, by the name
    // of the first.
    let (file, column) = (
      try outcome.table.place(of: "file"), try outcome.table.place(of: "group")
    )
    let named = grouped.map { (group: "listed " + $0.group, digest: $0.digest) }
    let alike = outcome.table.rows.map { (group: "alike " + $0[column], digest: $0[file]) }
    let units = Splitter.units(named + alike).dropFirst(named.count)
    outcome.table.set(
      "group",
      to: zip(outcome.table.rows, units).map { row, unit in
        unit < grouped.count ? grouped[unit].group : row[column]
      })
    try Splitter(
      seed: builder.seed, validationShare: builder.validationShare, testShare: builder.testShare
    ).split(&outcome.table)
    return outcome
  }

  static func host(_ url: String) -> String {
    let rest = url.split(separator: "/", omittingEmptySubsequences: true)
    return rest.count > 1 ? String(rest[1]) : "unknown"
  }
}
