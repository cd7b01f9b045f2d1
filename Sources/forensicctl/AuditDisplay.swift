import Audit
import Glibc
import Synchronization

/// How far an audit is, on standard error: a line that is drawn again every second on a terminal,
/// and a plain one every half minute in a log.
final class AuditDisplay: Sendable {
  private let told = Mutex(0.0)
  private let isDrawn = Mutex(false)

  private static let pause = 30.0

  func show(_ progress: AuditProgress) {
    if Terminal.isInteractive {
      isDrawn.withLock { $0 = true }
      Terminal.draw(Self.line(progress))
      return
    }
    let isDue = told.withLock { told in
      guard progress.seconds - told >= Self.pause else { return false }
      told = progress.seconds
      return true
    }
    if isDue { Terminal.write(Self.line(progress) + "\n", to: STDERR_FILENO) }
  }

  func finish() {
    if isDrawn.withLock({ $0 }) { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
  }

  static func line(_ progress: AuditProgress) -> String {
    let done = progress.before + progress.done
    var text = Terminal.grouped(done)
    if let total = progress.total { text += " of \(Terminal.grouped(max(total, done)))" }
    text += "  \((progress.rate * 10).rounded() / 10)/s"
    if let total = progress.total, progress.rate > 0, total > done {
      text += "  \(Terminal.duration(Double(total - done) / progress.rate)) left"
    }
    return text + "  " + words(progress.tallies)
  }

  static func words(_ tallies: [AuditRecord.Status: Int]) -> String {
    AuditRecord.Status.allCases.compactMap { status in
      tallies[status].map { "\(status.rawValue) \(Terminal.grouped($0))" }
    }.joined(separator: ", ")
  }
}
