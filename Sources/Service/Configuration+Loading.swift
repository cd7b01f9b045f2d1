import ForensicCore
import Glibc
import TOMLKit

/// Why a configuration was refused: the file, the key, what is wrong and what would be right.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public var file: String
  public var problem: String
  public var mend: String?

  public init(file: String, problem: String, mend: String? = nil) {
    self.file = file
    self.problem = problem
    self.mend = mend
  }

  /// For terminals: what came from the file cannot command them.
  public var description: String {
    file.madeVisible + ": " + problem.madeVisible + (mend.map { "\n  " + $0.madeVisible } ?? "")
  }

  /// The same on one line, for logs.
  public var line: String { "\(file): \(problem)" + (mend.map { ". \($0)" } ?? "") }
}

extension Configuration {
  /// Where the service looks when no `--config` is given.
  public static let standardPath = "/etc/forensicd/forensicd.toml"
  /// Where encoders are installed unless the configuration says otherwise.
  public static let standardModels = "/var/lib/forensicd/models"

  /// Reads, checks and completes a configuration file. Relative paths in it are taken from the
  /// file's own folder.
  public static func load(path: String) throws(ConfigurationError) -> Configuration {
    let text: String
    do {
      text = String(decoding: try FileSystem.read(path: path), as: UTF8.self)
    } catch {
      throw ConfigurationError(
        file: path, problem: "cannot be read: \(error.reason)",
        mend: "Name the configuration with --config FILE (config check FILE); a sample is "
          + "etc/forensicd.toml.")
    }
    return try parse(text, file: path)
  }

  /// Reads a configuration from text; `file` stands in messages and anchors relative paths.
  public static func parse(_ text: String, file: String) throws(ConfigurationError)
    -> Configuration
  {
    if let line = unreadableHeader(in: text) {
      throw ConfigurationError(
        file: file, problem: "line \(line): a table's brackets hold no name",
        mend: "The tables are [[inbox]], [inbox.case], [examiner], [examiner.budget], [queue], "
          + "[signing], [metrics] and [control].")
    }
    if let line = strayBrace(in: text) {
      throw ConfigurationError(
        file: file, problem: "line \(line): a closing brace where a value should be",
        mend: "Close an array with ] and leave no comma before the } of a table.")
    }
    if let line = nulCharacter(in: text) {
      throw ConfigurationError(
        file: file, problem: "line \(line): a NUL character, which no path and no name may hold")
    }
    let decoded: Configuration
    do {
      decoded = try TOMLDecoder(strictDecoding: true).decode(Configuration.self, from: text)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      throw ConfigurationError(
        file: file, problem: "line \(place.line), column \(place.column): \(error.description)")
    } catch let error as UnexpectedKeysError {
      throw ConfigurationMistake(file: file, text: text).unknown(Array(error.keys.values))
    } catch let error as DecodingError {
      throw ConfigurationMistake(file: file, text: text).explained(error)
    } catch {
      throw ConfigurationError(file: file, problem: String(describing: error))
    }
    try decoded.validateTexts(file: file, text: text)
    let anchored = decoded.anchored(at: FileSystem.folder(of: FileSystem.absolute(file)))
    try anchored.validate(file: file, text: text)
    return anchored
  }

  /// The first line, from 1, whose table header has no name after its brackets. On such a line
  /// toml++ (3.0) ends the process by an assertion where it should report an error.
  private static func unreadableHeader(in text: String) -> Int? {
    // The parser passes over a byte order mark.
    let body = text.utf8.starts(with: "\u{FEFF}".utf8) ? text.utf8.dropFirst(3) : text.utf8[...]
    let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { line in
      func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        text.drop { " \t".utf8.contains($0) }
      }
      var header = trimmed(line)
      var brackets = 0
      while brackets < 2, header.first == UInt8(ascii: "[") {
        header = trimmed(header.dropFirst())
        brackets += 1
      }
      guard brackets > 0 else { return false }
      guard let start = header.first else { return true }
      // A bare or quoted key, or the end of an empty array.
      switch start {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        return false
      case UInt8(ascii: "]"): return brackets > 1
      default: return !"_-\"'".utf8.contains(start)
      }
    }
    return index.map { $0 + 1 }
  }

  /// The line, from 1, of the first closing brace that follows an opening bracket or a comma,
  /// outside strings and comments. In an array toml++ (3.0) ends the process there as well.
  private static func strayBrace(in text: String) -> Int? {
    let bytes = Array(text.utf8)
    let newline = UInt8(ascii: "\n")
    var place = 0
    var line = 1
    var previous: UInt8 = 0
    func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
    func tripled(_ index: Int) -> Bool {
      byte(index + 1) == bytes[index] && byte(index + 2) == bytes[index]
    }
    while place < bytes.count {
      let start = bytes[place]
      switch start {
      case newline: line += 1
      case UInt8(ascii: "#"):
        while let next = byte(place + 1), next != newline { place += 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        previous = start
        let isLong = tripled(place)
        place += isLong ? 3 : 1
        while let next = byte(place), next != start || (isLong && !tripled(place)) {
          if next == newline {
            // A short string ends on its line, or the parser reports it.
            guard isLong else { return nil }
            line += 1
          }
          if next == UInt8(ascii: "\\"), start == UInt8(ascii: "\"") {
            place += 1
            if byte(place) == newline { line += 1 }
          }
          place += 1
        }
        // A long string may end in quotes of its own.
        if isLong {
          place += 2
          while byte(place + 1) == start { place += 1 }
        }
      case UInt8(ascii: "}") where "[,".utf8.contains(previous): return line
      // What may be white space to the parser.
      case ...0x20, 0x7F...: break
      default: previous = start
      }
      place += 1
    }
    return nil
  }

  /// The first line, from 1, with a NUL, plain or as an escape. The parser's texts end there.
  private static func nulCharacter(in text: String) -> Int? {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { line in
      if line.contains(0) { return true }
      let isComment = line.first { !" \t".utf8.contains($0) } == UInt8(ascii: "#")
      let text = String(Substring(line))
      return !isComment && (text.contains("\\u0000") || text.contains("\\U00000000"))
    }
    return index.map { $0 + 1 }
  }

  private func anchored(at folder: String) -> Configuration {
    var result = self
    for index in result.inbox.indices {
      result.inbox[index].path = FileSystem.join(folder, inbox[index].path)
    }
    result.outbox = FileSystem.join(folder, outbox)
    result.state = FileSystem.join(folder, state)
    result.socket = FileSystem.join(folder, socket)
    result.models = FileSystem.join(folder, models)
    result.data = data.map { FileSystem.join(folder, $0) }
    result.examiner.trustList = examiner.trustList.map { FileSystem.join(folder, $0) }
    result.examiner.executable = examiner.executable.map { FileSystem.join(folder, $0) }
    result.metrics.socket = metrics.socket.map { FileSystem.join(folder, $0) }
    result.signing.key = signing.key.map { FileSystem.join(folder, $0) }
    return result
  }
}
