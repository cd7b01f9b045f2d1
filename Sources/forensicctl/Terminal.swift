import ArgumentParser
import ForensicCore
import Glibc

/// What the commands write, and to whom.
enum Terminal {
  /// Whether standard error is a terminal that a progress line can be drawn on.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Columns of the terminal on standard error; 80 where it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Draws a line on standard error over the one that is there. It is cut to the terminal's width: of
  /// a longer one every drawing would leave a part behind.
  static func draw(_ line: String) {
    write("\r" + line.prefix(max(1, width - 1)) + "\u{1b}[K", to: STDERR_FILENO)
  }

  static func out(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
  static func error(_ text: String) { write("forensicctl: " + text + "\n", to: STDERR_FILENO) }
  static func write(_ text: String, to descriptor: Int32) {
    write(bytes: Array(text.utf8), to: descriptor)
  }

  /// Writes everything; ends the program quietly when the reader has gone, as filters do.
  static func write(bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: buffer[offset...]).baseAddress,
          bytes.count - offset)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { exit(errno == EPIPE ? 0 : ExitCode.outputFailed.rawValue) }
      offset += count
    }
  }

  /// `1,234` in the way people read it.
  static func grouped(_ value: Int) -> String { value.grouped }

  /// `2 d 3 h`, `4 min 10 s`, `12 s`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60)
    if days > 0 { return "\(days) d \(hours) h" }
    if hours > 0 { return "\(hours) h \(minutes) min" }
    if minutes > 0 { return "\(minutes) min \(whole % 60) s" }
    return "\(whole) s"
  }

  /// A name's beginning and end: one long name must not push the columns of all rows apart.
  static func cut(_ name: String, to most: Int = 40) -> String {
    guard name.count > most else { return name }
    return name.prefix(most - 11) + "…" + name.suffix(10)
  }

  /// Rows in columns as wide as their widest cell; the last column runs free.
  static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
