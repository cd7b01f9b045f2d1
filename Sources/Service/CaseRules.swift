import ForensicCore
import Synchronization

/// The case that each inbox's exhibits belong to, as the configuration says now.
final class CaseRules: Sendable {
  private let cases: Mutex<[String: CaseFile]>

  init(_ configuration: Configuration) { cases = Mutex(Self.cases(configuration)) }

  func reload(_ configuration: Configuration) {
    let new = Self.cases(configuration)
    cases.withLock { $0 = new }
  }

  /// The report with its case written into it.
  func applied(to report: Report) -> Report {
    guard let inbox = report.exhibit.inbox else { return report }
    var report = report
    // What came with the exhibit itself says more of it than the rule for its whole inbox.
    if let rule = cases.withLock({ $0[inbox] }) {
      report.exhibit.caseFile = rule.overlaid(by: report.exhibit.caseFile)
    }
    return report
  }

  private static func cases(_ configuration: Configuration) -> [String: CaseFile] {
    Dictionary(
      configuration.inbox.compactMap { inbox in inbox.caseFile.map { (inbox.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}
