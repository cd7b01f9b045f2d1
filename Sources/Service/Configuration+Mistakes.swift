import ForensicCore
import TOMLKit

/// Words for a key that does not fit the configuration: what it should be, and where it stands.
struct ConfigurationMistake {
  let file: String
  let text: String

  /// The keys of every table.
  private static let keys: [String: [String]] = [
    "": [
      "inbox", "outbox", "state", "socket", "data", "bundle", "models", "examiner", "queue",
      "control", "signing", "metrics",
    ],
    "inbox": ["path", "name", "recursive", "disposition", "settle", "without", "case"],
    "inbox.case": ["number", "exhibit", "examiner", "remark"],
    "examiner": [
      "count", "executable", "memory_limit", "time_limit", "confinement", "trust_list", "budget",
    ],
    "examiner.budget": ExaminationMethod.allCases.filter(\.takesBudget).map(\.rawValue),
    "queue": ["retry_delays", "rescan", "maximum_file_size", "index_length"],
    "signing": ["key"],
    "metrics": ["socket"],
    "control": ["group"],
  ]

  /// Keys that the file has and nothing reads.
  func unknown(_ paths: [[any CodingKey]]) -> ConfigurationError {
    let paths = paths.sorted { Self.shown($0) < Self.shown($1) }
    let named = paths.map { "\"\($0.last?.stringValue ?? "")\"" }.joined(separator: ", ")
    return error(
      at: paths.first ?? [],
      "unknown key" + (paths.count > 1 ? "s \(named)" : " \(named)"), mend: mend(paths.first ?? []))
  }

  private func mend(_ path: [any CodingKey]) -> String {
    let key = path.last?.stringValue ?? ""
    let table = Self.table(path)
    let known = Self.keys[table] ?? []
    if let other = Self.keys.keys.sorted().first(where: { Self.keys[$0]?.contains(key) == true }) {
      return "\"\(key)\" belongs "
        + (other.isEmpty ? "above all tables." : "in \(Self.header(other)).")
    }
    if let nearest = EditDistance.nearest(to: key, among: known) {
      return "Did you mean \"\(nearest)\"?"
    }
    guard !known.isEmpty, !table.isEmpty else { return "docs/configuration.md lists the keys." }
    return "\(Self.header(table)) takes only \(known.joined(separator: ", "))."
  }

  /// What the decoder could not take.
  func explained(_ failure: DecodingError) -> ConfigurationError {
    switch failure {
    case .keyNotFound(let key, let context):
      var path = context.codingPath
      if path.last?.stringValue != key.stringValue { path.append(key) }
      if isPresent(path) { return wrongKind(path) }
      if let stranger = stranger(beside: path) { return unknown([stranger]) }
      if Self.shown(path) == "inbox" { return Self.noInbox(file: file) }
      return error(
        at: path.dropLast(), "\(Self.shown(path)) is missing",
        mend: "Write \(path.last?.stringValue ?? "") = …, \(Self.kind(path)).")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return wrongKind(context.codingPath)
    case .dataCorrupted(let context):
      return error(
        at: context.codingPath, "\(Self.shown(context.codingPath)): \(context.debugDescription)")
    @unknown default:
      return ConfigurationError(file: file, problem: String(describing: failure))
    }
  }

  static func noInbox(file: String) -> ConfigurationError {
    ConfigurationError(
      file: file, problem: "there is no [[inbox]]", mend: "Add at least one [[inbox]] with a path.")
  }

  private func wrongKind(_ path: [any CodingKey]) -> ConfigurationError {
    error(at: path, "\(Self.shown(path)) should be \(Self.kind(path))")
  }

  private func error(
    at path: some Collection<any CodingKey>, _ problem: String, mend: String? = nil
  ) -> ConfigurationError {
    let place = KeyLines.line(
      of: path.map { $0.intValue.map { "#\($0)" } ?? $0.stringValue }, in: text)
    return ConfigurationError(
      file: file, problem: (place.map { "line \($0): " } ?? "") + problem, mend: mend)
  }

  /// The decoder says that a key of another kind is missing.
  private func isPresent(_ path: [any CodingKey]) -> Bool { value(at: path) != nil }

  /// A key that nothing reads in the table where one is missing: most often that one, misspelt.
  private func stranger(beside missing: [any CodingKey]) -> [any CodingKey]? {
    let known = Self.keys[Self.table(missing)] ?? []
    let keys = value(at: missing.dropLast())?.table?.keys ?? []
    return keys.filter { !known.contains($0) }.sorted().first.map {
      missing.dropLast() + [Name(stringValue: $0)]
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private func value(at path: some Sequence<any CodingKey>) -> (any TOMLValueConvertible)? {
    guard let document = try? TOMLTable(string: text) else { return nil }
    var value: (any TOMLValueConvertible)? = document
    for key in path {
      if let index = key.intValue {
        guard let array = value?.array, array.indices.contains(index) else { return nil }
        value = array[index]
      } else {
        value = value?.table?[key.stringValue]
      }
    }
    return value
  }

  private static func kind(_ path: [any CodingKey]) -> String {
    let key = path.last { $0.intValue == nil }?.stringValue ?? ""
    let isElement = path.last?.intValue != nil
    switch (table(path.last?.intValue == nil ? path : path.dropLast()), key) {
    case ("", "inbox"): return isElement ? "a table" : "an array of tables, each under [[inbox]]"
    case ("", "examiner"), ("", "queue"), ("", "control"), ("", "signing"), ("", "metrics"),
      ("inbox", "case"), ("examiner", "budget"):
      return "a table"
    case (_, "recursive"), (_, "confinement"): return "true or false"
    case (_, "count"), (_, "memory_limit"), (_, "maximum_file_size"), (_, "index_length"):
      return "a whole number"
    case (_, "settle"), (_, "time_limit"), (_, "rescan"), ("examiner.budget", _):
      return "a number of seconds"
    case (_, "retry_delays"): return isElement ? "a number of seconds" : "an array of numbers"
    case (_, "without") where !isElement: return "an array of texts"
    default: return "a text in quotes"
    }
  }

  /// The table that a key stands in: `inbox.case` for `inbox[0].case.number`.
  private static func table(_ path: some BidirectionalCollection<any CodingKey>) -> String {
    path.dropLast().filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
  }

  private static func header(_ table: String) -> String {
    table == "inbox" ? "[[inbox]]" : "[\(table)]"
  }

  private static func shown(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in
      key.intValue.map { text + "[\($0)]" }
        ?? (text.isEmpty ? key.stringValue : text + "." + key.stringValue)
    }
  }
}

/// Finds keys again in the text of a file, which the parser does not say.
enum KeyLines {
  /// The line, from 1, that a key stands on, or the nearest thing around it that has a line: its
  /// table's header, or the key whose value it is part of. `nil` where that is not sure.
  ///
  /// - Parameter path: the names that lead to it; `#2` for the third element of an array.
  static func line(of path: [String], in text: String) -> Int? {
    // A long string may hold lines that only look like keys.
    guard !text.contains("\"\"\""), !text.contains("'''") else { return nil }
    let lines = places(in: text)
    var wanted = path[...]
    while !wanted.isEmpty {
      // An array of tables begins with its first.
      let first = wanted + ["#0"]
      if let found = lines.first(where: { $0.path == wanted || $0.path == first }) {
        return found.line
      }
      wanted.removeLast()
    }
    return nil
  }

  private static func places(in text: String) -> [(path: ArraySlice<String>, line: Int)] {
    var places = [(path: ArraySlice<String>, line: Int)]()
    var table = [String]()
    var elements = [String: Int]()
    // As bytes: a Character may be a line's two end bytes.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let line = String(Substring(bytes)).drop { " \t\u{FEFF}".contains($0) }
      if line.hasPrefix("[") {
        let isElement = line.hasPrefix("[[")
        guard let end = line.firstIndex(of: "]") else { continue }
        table = names(line[..<end].drop { $0 == "[" })
        guard let first = table.first else { continue }
        if isElement, table.count == 1 { elements[first, default: -1] += 1 }
        if let number = elements[first] { table.insert("#\(number)", at: 1) }
        places.append((table[...], index + 1))
      } else if line.first != "#", let end = line.firstIndex(of: "=") {
        places.append(((table + names(line[..<end]))[...], index + 1))
      }
    }
    return places
  }

  private static func names(_ text: Substring) -> [String] {
    text.split(separator: ".").map { part in
      String(part.drop { " \t".contains($0) }.reversed().drop { " \t".contains($0) }.reversed())
        .replacing("\"", with: "").replacing("'", with: "")
    }
  }
}
