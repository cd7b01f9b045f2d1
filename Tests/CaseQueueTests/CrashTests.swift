import CaseQueue
import ForensicCore
import Foundation
import Synchronization
import Testing

/// Stops everything at every step that changes something on disk, as `kill -9` would, starts
/// again, and counts what is there.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CrashTests {
  struct Instant: Sendable, CustomTestStringConvertible {
    var point: CrashPoint
    var disposition: QueueConfiguration.Disposition
    var testDescription: String { "\(point), \(disposition)" }
  }

  static let instants = CrashPoint.allCases.flatMap { point in
    QueueConfiguration.Disposition.allCases.map { Instant(point: point, disposition: $0) }
  }

  @Test(arguments: instants) func everythingIsThereOnce(_ instant: Instant) async throws {
    for occurrence in [1, 2, 4] { try await crash(instant, occurrence) }
  }

  private func crash(_ instant: Instant, _ occurrence: Int) async throws {
    let fixture = try QueueFixture()
    let configuration = fixture.configuration(
      instant.disposition, settle: .zero, delays: [.zero, .zero])
    let names = ["a", "b", "c", "d", "same 1", "same 2", "broken", "flaky"]
    for name in names {
      try fixture.write(name + ".jpg" + Sidecar.ending, "case = \"\(name)\"")
      try fixture.write(name + ".jpg", name.hasPrefix("same") ? "same" : name)
    }
    let count = Mutex(0)
    let crash = CrashSwitch { point in
      point == instant.point
        && count.withLock { count in
          count += 1
          return count == occurrence
        }
    }
    let first = try fixture.queue(configuration, crash: crash)
    do {
      try await first.start()
      // Either it crashes, or this point is never passed so often.
      try? await fixture.wait(first, within: 5) {
        $0.state == "stopped" || $0.reported + $0.quarantined == names.count && $0.queued == 0
      }
    } catch is CrashSwitch.Crashed {}
    await first.stop(within: .seconds(1))

    let second = try fixture.queue(configuration)
    try await second.start()
    try await fixture.settle(second, ends: names.count)
    await second.stop(within: .seconds(1))
    try check(fixture, names, instant)
  }

  /// Neither counted as finished nor taken for one that its copies may point to.
  @Test func aReportThatCannotBeWrittenIsNotFinished() async throws {
    let fixture = try QueueFixture()
    // A file where the year's folder has to be.
    let year = fixture.outbox + "/\(Timestamp.now.components.year)"
    try Data().write(to: URL(filePath: year))
    let queue = try fixture.queue(fixture.configuration(workers: 1))
    try await queue.start()
    for name in ["a", "b", "c"] { try fixture.write(name + ".jpg", "same") }
    try await fixture.wait(queue) { $0.failed == 3 }
    // The journal says so before it is counted.
    try await Task.sleep(for: .milliseconds(200))
    let status = await queue.status()
    #expect(status.rate == 0 && status.reported == 0)
    #expect(status.lastError?.message.contains("cannot publish a report") == true)
    await queue.stop(within: .seconds(2))
    try FileManager.default.removeItem(atPath: year)
  }

  /// A start that is killed leaves the next one as much to find.
  @Test func aKilledStartLosesNoOrphan() async throws {
    let fixture = try QueueFixture()
    // The journal as it was an hour ago: an exhibit was before an examiner.
    let journal = try Journal(path: fixture.state + "/journal.sqlite")
    _ = try journal.inbox(name: "desk", path: "/in")
    let exhibit = try #require(try journal.receive([try PartsTests.new("gone.jpg")]).first)
    let hour = Timestamp.now.adding(.seconds(-3600))
    let mark = CaseTransition(time: hour, state: .examining, cause: "attempt 1")
    try journal.apply([CaseUpdate(number: exhibit.number, transition: mark)])
    journal.close()
    // An original that was archived a minute ago, of which the journal has lost its entry.
    try fixture.write(FileName("orphan"), "orphan", in: fixture.root)
    let file = try OpenFile(path: fixture.root + "/orphan", flags: O_RDONLY)
    let hex = try #require(try FileHasher().hash(file)).digest.hex
    let shelf = fixture.state + "/evidence/" + hex.prefix(2)
    try fixture.makeFolder(shelf)
    try fixture.write(FileName(String(hex.dropFirst(2))), "orphan", in: shelf)
    try FileManager.default.setAttributes(
      [.modificationDate: Date.now.addingTimeInterval(-60)], ofItemAtPath: shelf)

    let killed = try fixture.queue(crash: CrashSwitch { $0 == .interruptedSettled })
    await #expect(throws: CrashSwitch.Crashed.self) { try await killed.start() }
    let queue = try fixture.queue()
    try await queue.start()
    try await fixture.wait(queue) { $0.reported == 1 }
    await queue.stop(within: .seconds(2))
    #expect(fixture.examiner.attempts == ["orphan": 1])
  }

  private func check(_ fixture: QueueFixture, _ names: [String], _ instant: Instant) throws {
    let reports = try fixture.reports()
    let quarantined = try fixture.reports("quarantine")
    #expect(
      reports.map(\.exhibit.name).sorted()
        == names.filter { $0 != "broken" }.map { $0 + ".jpg" }.sorted())
    #expect(quarantined.map(\.exhibit.name) == ["broken.jpg"])
    let all = reports + quarantined
    #expect(Set(all.map(\.exhibit.id)).count == names.count)
    let lines = try fixture.lines()
    #expect(lines.count == names.count)
    #expect(Set(lines).count == names.count)
    #expect(try fixture.leftovers().isEmpty)
    let evidence = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    let left = try FileManager.default.contentsOfDirectory(atPath: fixture.inbox)
    #expect(left.count == (instant.disposition == .archive ? 0 : 2 * names.count))
    for report in all {
      #expect(report.exhibit.caseFile?.number == String(report.exhibit.name.dropLast(4)))
    }
    for report in all where instant.disposition != .keep {
      let sidecar = try #require(report.exhibit.sidecar?.sha256)
      let digest = try #require(report.exhibit.sha256)
      #expect(evidence.holds(sidecar: sidecar, of: digest))
      let file = try #require(evidence.open(digest))
      #expect(try FileHasher().hash(file)?.digest == digest)
    }
    #expect(
      try evidence.root.names().allSatisfy { $0.count == 2 })
  }
}
