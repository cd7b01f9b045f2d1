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
    let elapsed = now - began
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    let left = rate > 0 ? Terminal.duration(Double(total - done) / rate) : "–"
    let numbers =
      "\(Terminal.grouped(done))/\(Terminal.grouped(total))"
      + "  \((rate * 10).rounded() / 10)/s  \(left) left"
    // In a narrow terminal the bar is what gives way.
    let cells = max(0, min(30, Terminal.width - label.count - numbers.count - 3))
    let filled = Int((share * Double(cells)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    Terminal.draw("\(label) \(bar) \(numbers)")
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
