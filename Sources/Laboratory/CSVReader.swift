/// Splits comma-separated values (RFC 4180): quoted fields, doubled quotes, LF or CRLF, and the byte
/// order mark that spreadsheets put before them.
enum CSVReader {
  /// Fields, and the line where they began, from 1.
  struct Record: Hashable, Sendable {
    var line: Int
    var fields: [String]
  }

  /// Why a text is not CSV.
  struct Failure: Error, Hashable, Sendable {
    /// The line where it began, from 1.
    var line: Int
    var detail: String
  }

  /// The names of the columns, and the records below them, each with as many fields.
  static func table(
    _ text: String
  ) throws(LaboratoryError) -> (columns: [String], rows: [Record]) {
    let records: [Record]
    do {
      records = try Self.records(text)
    } catch {
      throw .malformedManifest(line: error.line, detail: error.detail)
    }
    guard let header = records.first else { throw .emptyDataSet("the manifest is empty") }
    // What spreadsheets write where the comma is the decimal mark, and what is copied out of them.
    for (separator, name) in [(";", "semicolons"), ("\t", "tabs")]
    where header.fields.count == 1 && header.fields[0].contains(separator) {
      throw .malformedManifest(
        line: header.line, detail: "\(name) stand between the columns; commas have to")
    }
    let rows = Array(records.dropFirst())
    if let row = rows.first(where: { $0.fields.count != header.fields.count }) {
      throw .malformedManifest(
        line: row.line,
        detail: "\(row.fields.count) fields where the header has \(header.fields.count)")
    }
    return (header.fields, rows)
  }

  /// The records of a text; empty lines are passed over.
  private static func records(_ text: String) throws(Failure) -> [Record] {
    var records = [Record]()
    var record = [String]()
    var recordLine = 1
    var field = [UInt8]()
    var quoted = false
    var wasQuoted = false
    var line = 1
    var quoteLine = 1
    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      switch byte {
      case UInt8(ascii: "\"") where quoted:
        if bytes.first == UInt8(ascii: "\"") {
          field.append(byte)
          bytes.removeFirst()
        } else {
          quoted = false
        }
      case _ where quoted:
        field.append(byte)
      case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted:
        quoted = true
        wasQuoted = true
        quoteLine = line
      case UInt8(ascii: "\""):
        throw Failure(line: line, detail: "a quote within a field that does not begin with one")
      case UInt8(ascii: ","):
        record.append(string(field))
        field = []
        wasQuoted = false
      case UInt8(ascii: "\r"):
        break
      case UInt8(ascii: "\n"):
        record.append(string(field))
        if record != [""] { records.append(Record(line: recordLine, fields: record)) }
        record = []
        recordLine = line
        field = []
        wasQuoted = false
      default:
        field.append(byte)
      }
    }
    guard !quoted else { throw Failure(line: quoteLine, detail: "a quote that is never closed") }
    if !field.isEmpty || !record.isEmpty {
      records.append(Record(line: recordLine, fields: record + [string(field)]))
    }
    return records
  }
}
