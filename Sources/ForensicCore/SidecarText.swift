/// Reads the text of a sidecar file: the part of TOML 1.0 in which four texts can be given. Whoever
/// may drop a picture may drop such a file, and it is read in the service's own process; so it goes
/// through this reader, which is plain Swift, and not through the C++ library that reads the
/// configuration.
public enum SidecarText {
  private static let keys = ["case", "exhibit", "examiner", "remark"]

  /// The fields of a sidecar file. Empty texts count as not given.
  /// - Parameter name: what an error calls the file.
  public static func fields(
    _ bytes: [UInt8], name: String
  ) throws(Sidecar.Problem) -> CaseFile {
    guard bytes.count <= Sidecar.sizeLimit else { throw tooLong(bytes.count, name: name) }
    var scanner = SidecarScanner(
      scalars: try scalars(bytes, name), name: name)
    var values = [String: String]()
    while try scanner.skipToStatement() {
      let line = scanner.line
      let key = try scanner.key()
      guard keys.contains(key) else {
        let shown = String(key.prefix(40)) + (key.count > 40 ? "…" : "")
        throw scanner.problem(
          "sidecar.key", "the key \"\(shown)\" is not known",
          "Known keys are \(keys.joined(separator: ", ")).", line: line)
      }
      guard values[key] == nil else {
        throw scanner.problem(
          "sidecar.key", "the key \"\(key)\" is given twice", "Leave one of the two.", line: line)
      }
      values[key] = try scanner.value(of: key)
    }
    func value(_ key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }
    return CaseFile(
      number: value("case"), exhibit: value("exhibit"), examiner: value("examiner"),
      remark: value("remark"))
  }

  /// The file is longer than is read.
  public static func tooLong(_ size: Int, name: String) -> Sidecar.Problem {
    Sidecar.Problem(
      code: "sidecar.size",
      message: "\(name) has \(size) bytes; the limit is \(Sidecar.sizeLimit)",
      mend: "Make the remark shorter. A file of this size is neither read nor moved.")
  }

  private static func scalars(
    _ bytes: [UInt8], _ name: String
  ) throws(Sidecar.Problem) -> [Unicode.Scalar] {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var scalars = [Unicode.Scalar]()
    scalars.reserveCapacity(bytes.count)
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): scalars.append(scalar)
      case .emptyInput:
        // Windows' editors put a byte-order mark first.
        return scalars.first == "\u{FEFF}" ? Array(scalars.dropFirst()) : scalars
      case .error:
        let line = 1 + scalars.count { $0 == "\n" }
        throw Sidecar.Problem(
          code: "sidecar.encoding", message: "\(name), line \(line): this is not UTF-8",
          mend: "Save it as UTF-8.", line: line)
      }
    }
  }
}
