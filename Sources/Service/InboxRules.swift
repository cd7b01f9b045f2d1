import ForensicCore
import Synchronization

/// What holds for each inbox's exhibits beside the queue, as the configuration says now: the case
/// they belong to, and the methods that are left out.
final class InboxRules: Sendable {
  private let inboxes: Mutex<[String: Configuration.Inbox]>

  init(_ configuration: Configuration) { inboxes = Mutex(Self.byName(configuration)) }

  func reload(_ configuration: Configuration) {
    let new = Self.byName(configuration)
    inboxes.withLock { $0 = new }
  }

  /// The methods that are left out of the examination of an inbox's files.
  func without(inbox name: String?) -> [ExaminationMethod] {
    inboxes.withLock { $0[name ?? ""]?.without ?? [] }
  }

  /// The report with its case written into it.
  func applied(to report: Report) -> Report {
    guard let inbox = report.exhibit.inbox else { return report }
    var report = report
    // What came with the exhibit itself says more of it than the rule for its whole inbox.
    if let rule = inboxes.withLock({ $0[inbox]?.caseFile }) {
      report.exhibit.caseFile = rule.overlaid(by: report.exhibit.caseFile)
    }
    return report
  }

  private static func byName(_ configuration: Configuration) -> [String: Configuration.Inbox] {
    Dictionary(configuration.inbox.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
