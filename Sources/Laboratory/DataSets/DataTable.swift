import Detectors
import FoundationEssentials

/// A CSV file as rows of named cells: what data-set commands work on, so that columns they do not
/// know are kept.
public struct DataTable: Hashable, Sendable {
  public var columns: [String]
  /// As many cells a row as there are columns.
  public var rows: [[String]]

  public init(columns: [String], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// Reads a CSV file with a header line.
  public static func load(path: String) throws(LaboratoryError) -> DataTable {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .unreadable(path) }
    do {
      return try parse(String(decoding: data, as: UTF8.self))
    } catch {
      throw error.of(path)
    }
  }

  /// The same from the text.
  public static func parse(_ text: String) throws(LaboratoryError) -> DataTable {
    let (columns, rows) = try CSVReader.table(text)
    return DataTable(columns: columns, rows: rows.map(\.fields))
  }

  /// The text, RFC 4180 with LF.
  public var csv: String {
    ([columns] + rows).map { $0.map(Self.field).joined(separator: ",") }.joined(separator: "\n")
      + "\n"
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws(LaboratoryError) {
    do {
      try Data(csv.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .unwritable(path)
    }
  }

  /// The manifest that it is, checked.
  public func manifest() throws(LaboratoryError) -> Manifest {
    let text = csv
    return try Manifest.parse(text, digest: BundleDigest.of(Array(text.utf8)))
  }

  /// A column's place; it has to be there.
  public func place(of column: String) throws(LaboratoryError) -> Int {
    guard let place = columns.firstIndex(of: column) else {
      throw .malformedManifest(line: 1, detail: "the column \(column) is missing")
    }
    return place
  }

  /// Sets a cell in every row, adding the column at the end where it is missing.
  mutating func set(_ column: String, to values: [String]) {
    if let place = columns.firstIndex(of: column) {
      for index in rows.indices { rows[index][place] = values[index] }
    } else {
      columns.append(column)
      for index in rows.indices { rows[index].append(values[index]) }
    }
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r\r\n".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
