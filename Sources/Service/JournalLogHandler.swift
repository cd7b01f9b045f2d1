import ForensicCore
import Glibc
import Logging

/// Writes log lines to standard error: `message key=value …`, with the priority in front that
/// sd-daemon(3) reads (`<6>`) when a journal is listening there, a time and the level when a
/// person is.
public struct JournalLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  private let inJournal: Bool

  public init(level: Logger.Level = .info) {
    logLevel = level
    inJournal = getenv("JOURNAL_STREAM") != nil
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = inJournal ? "<\(Self.priority(event.level))>" : ""
    if !inJournal {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      line += Timestamp(seconds: now.tv_sec, nanoseconds: now.tv_nsec).rfc3339
      line += " " + event.level.rawValue + " "
    }
    line += event.message.description.madeVisible
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=" + Self.quoted(value.description)
    }
    line += "\n"
    // One write a line, so that lines of several threads do not mix.
    let bytes = Array(line.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  private static func quoted(_ value: String) -> String {
    let visible = value.madeVisible
    guard visible.isEmpty || visible.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
    else { return visible }
    return "\"" + visible.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// The priorities of syslog(3).
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
