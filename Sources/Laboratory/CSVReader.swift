/// Splits comma-separated values (RFC 4180): quoted fields, doubled quotes, LF or CRLF.
enum CSVReader {
  /// Why a text is not CSV.
  struct Failure: Error, Hashable, Sendable {
    /// The line where it began, from 1.
    var line: Int
    var detail: String
  }

  /// The records of a text; empty lines are passed over.
  static func records(_ text: String) throws(Failure) -> [[String]] {
    var records = [[String]]()
    var record = [String]()
    var field = [UInt8]()
    var quoted = false
    var wasQuoted = false
    var line = 1
    var quoteLine = 1
    var bytes = Array(text.utf8)[...]
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
        if record != [""] { records.append(record) }
        record = []
        field = []
        wasQuoted = false
      default:
        field.append(byte)
      }
    }
    guard !quoted else { throw Failure(line: quoteLine, detail: "a quote that is never closed") }
    if !field.isEmpty || !record.isEmpty { records.append(record + [string(field)]) }
    return records
  }
}
