import FoundationEssentials
import Synchronization

/// The file that says what became of each address: a line is added as each is settled.
final class FetchJournal: Sendable {
  let records: [String: PictureFetcher.Record]
  private let path: String
  private let handle: Mutex<FileDescriptorBox>

  private static let columns = ["url", "outcome", "redirects", "file", "detail"]

  /// Reads what a run before left. A last line that was cut short is written over.
  init(folder: String) throws(LaboratoryError) {
    path = folder + "/fetched.csv"
    var records = [String: PictureFetcher.Record]()
    if let data = try? Data(contentsOf: URL(filePath: path)) {
      let whole = data[
        ..<(data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? data.startIndex)]
      let table = try DataTable.parse(String(decoding: whole, as: UTF8.self))
      guard table.columns == Self.columns else {
        throw .malformedManifest(
          file: path, line: 1, detail: "this is no journal of fetched pictures; move it away")
      }
      for row in table.rows {
        guard let outcome = PictureFetcher.Outcome(rawValue: row[1]) else { continue }
        // What was fetched counts only while it is there.
        if outcome == .fetched,
          !FileManager.default.fileExists(atPath: "\(folder)/\(row[3])")
        {
          continue
        }
        records[row[0]] = PictureFetcher.Record(
          url: row[0], outcome: outcome, redirects: Int(row[2]) ?? 0, file: row[3],
          detail: row[4])
      }
    }
    self.records = records
    let kept = DataTable(
      columns: Self.columns,
      rows: records.values.sorted { $0.url < $1.url }.map(Self.cells))
    try kept.write(to: path)
    guard let box = FileDescriptorBox(appendingTo: path) else { throw .unwritable(path) }
    handle = Mutex(box)
  }

  func add(_ record: PictureFetcher.Record) throws(LaboratoryError) {
    let line = DataTable(columns: Self.cells(record)).csv
    guard handle.withLock({ $0.append(Array(line.utf8)) }) else { throw .unwritable(path) }
  }

  private static func cells(_ record: PictureFetcher.Record) -> [String] {
    [
      record.url, record.outcome.rawValue, String(record.redirects), record.file, record.detail,
    ]
  }
}
