import ForensicCore
import Foundation
import Synchronization

/// Writes `index.html`: at once when nothing was written for a second, else a second later.
package final class IndexWriter: Sendable {
  private struct State {
    var isDirty = false
    var written: Int64 = 0
    var length: Int
    var render: @Sendable (ReportIndex) throws -> [UInt8]
  }

  private struct Line: Decodable { var id: String? }

  private let journal: Journal
  private let outbox: Folder
  private let incidents: Incidents
  private let crash: CrashSwitch
  private let state: Mutex<State>

  package init(
    journal: Journal, outbox: Folder, length: Int, incidents: Incidents, crash: CrashSwitch,
    render: @escaping @Sendable (ReportIndex) throws -> [UInt8]
  ) {
    self.journal = journal
    self.outbox = outbox
    self.incidents = incidents
    self.crash = crash
    state = Mutex(State(length: length, render: render))
  }

  package func reload(
    length: Int, render: @escaping @Sendable (ReportIndex) throws -> [UInt8]
  ) {
    state.withLock {
      $0.length = length
      $0.render = render
      $0.isDirty = true
    }
  }

  package var isDirty: Bool {
    get { state.withLock { $0.isDirty } }
    set { state.withLock { $0.isDirty = newValue } }
  }

  /// When the page is to be written next, monotonic nanoseconds; `nil` when it is up to date.
  package var due: Int64? {
    state.withLock { $0.isDirty ? $0.written + 1_000_000_000 : nil }
  }

  /// Writes the page. Only a crash is thrown; anything else is an incident.
  package func write(_ log: ReportsLog) throws {
    let (length, render) = state.withLock { state in
      state.isDirty = false
      state.written = Clock.monotonic()
      return (state.length, state.render)
    }
    do {
      let counts = try journal.counts()
      let page = try render(
        ReportIndex(
          lines: try latest(length, log), reported: counts[.reported] ?? 0,
          quarantined: counts[.quarantined] ?? 0, written: Timestamp.now))
      try outbox.publish(Array("index.html".utf8), page)
      try crash.pass(.indexWritten)
    } catch let error as CrashSwitch.Crashed {
      throw error
    } catch {
      incidents.note("cannot write index.html", error)
    }
  }

  /// The latest line of each exhibit: one that was tried again has several.
  private func latest(_ length: Int, _ log: ReportsLog) throws -> [UInt8] {
    var seen = Set<String>()
    var result = [UInt8]()
    for line in try log.latest(length) {
      let id = (try? JSONDecoder().decode(Line.self, from: Data(line)))?.id
      if let id, !seen.insert(id).inserted { continue }
      result += line
    }
    return result
  }
}
