import ForensicCore
import Logging
import Synchronization

/// What goes wrong beside the exhibits' own failures: logged, and the last one shown in the
/// status.
package final class Incidents: Sendable {
  private let last = Mutex<QueueStatus.Incident?>(nil)
  private let log: Logger

  package init(log: Logger) { self.log = log }

  package var latest: QueueStatus.Incident? { last.withLock { $0 } }

  package func note(_ message: String, exhibit: String? = nil) {
    log.warning("\(message)", metadata: exhibit.map { ["exhibit": "\($0)"] })
    let incident = QueueStatus.Incident(time: Timestamp.now, message: message)
    last.withLock { $0 = incident }
  }

  package func note(_ attempt: String, _ error: any Error, exhibit: String? = nil) {
    note("\(attempt): \(error)", exhibit: exhibit)
  }
}
