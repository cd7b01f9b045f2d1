import Glibc

/// A bar with count, rate and time left on standard error; silent where that is no terminal.
struct ProgressLine {
  private let total: Int
  private let label: String
  private let began = ProgressLine.now()
  private var drawn = 0.0

  init(total: Int, label: String) {
    self.total = total
    self.label = label
  }

  /// Shows `done` of the total, at most ten times a second.
  mutating func show(_ done: Int) {
    guard Terminal.isInteractive else { return }
    let now = Self.now()
    guard done == total || now - drawn > 0.1 else { return }
    drawn = now
    let share = total == 0 ? 1 : Double(done) / Double(total)
    let filled = Int((share * 30).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let elapsed = now - began
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    let left = rate > 0 ? Terminal.duration(Double(total - done) / rate) : "–"
    let text =
      "\r\(label) \(bar) \(Terminal.grouped(done))/\(Terminal.grouped(total))"
      + "  \((rate * 10).rounded() / 10)/s  \(left) left\u{1b}[K"
    Terminal.write(text, to: STDERR_FILENO)
  }

  /// Leaves the line, so that what follows starts on a new one.
  func finish() {
    if Terminal.isInteractive { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
  }

  /// Seconds on the monotonic clock.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
