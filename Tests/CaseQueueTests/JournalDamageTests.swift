import CaseQueue
import ForensicCore
import Foundation
import GRDB
import Testing

/// Journals that lost something between two runs.
@Suite(.timeLimit(.minutes(1))) struct JournalDamageTests {
  private func remove(_ fixture: QueueFixture, _ endings: [String]) {
    for ending in endings {
      try? FileManager.default.removeItem(atPath: fixture.state + "/journal.sqlite" + ending)
    }
  }

  /// What becomes of a journal whose write-ahead log is lost: the state of an earlier time.
  @Test(arguments: QueueConfiguration.Disposition.allCases)
  func anOlderJournalCatchesUp(_ disposition: QueueConfiguration.Disposition) async throws {
    let fixture = try QueueFixture()
    let configuration = fixture.configuration(disposition)
    var queue = try fixture.queue(configuration)
    try await queue.start()
    for name in ["a", "b"] { try fixture.write(name, name) }
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(1))
    let path = fixture.state + "/journal.sqlite"
    try FileManager.default.copyItem(atPath: path, toPath: path + ".old")

    queue = try fixture.queue(configuration)
    try await queue.start()
    for name in ["c", "d", "broken"] { try fixture.write(name, name) }
    try await fixture.settle(queue, ends: 5)
    try fixture.write("stuck", "stuck")
    try await fixture.wait(queue) { $0.examining == 1 }
    await queue.stop(within: .zero)
    remove(fixture, ["", "-wal", "-shm"])
    try FileManager.default.moveItem(atPath: path + ".old", toPath: path)

    queue = try fixture.queue(configuration)
    try await queue.start()
    // Known to the lost part alone: found again in its inbox or in the evidence store.
    try await fixture.wait(queue) { $0.examining == 1 }
    try fixture.write("new", "new")
    try await fixture.wait(queue) { $0.reported + $0.quarantined == 6 }
    await queue.stop(within: .zero)
    let reports = try fixture.reports()
    let all = try reports + fixture.reports("quarantine")
    #expect(reports.map(\.exhibit.name).sorted() == ["a", "b", "c", "d", "new"])
    #expect(Set(all.map(\.exhibit.id)).count == 6 && all.count == 6)
    #expect(try fixture.lines().count == 6)
    #expect(Set(try fixture.lines()).count == 6)
    #expect(fixture.examiner.attempts["c"] == 1)
  }

  /// SQLite throws a write-ahead log away that lies beside an empty file.
  @Test(arguments: [true, false]) func aLogBesideAnEmptyFileIsKept(_ isThere: Bool) async throws {
    let fixture = try QueueFixture()
    let path = fixture.state + "/journal.sqlite"
    let other = fixture.root + "/other.sqlite"
    let journal = try Journal(path: other)
    _ = try journal.inbox(name: "desk", path: "/in")
    _ = try journal.receive([try PartsTests.new("a.jpg")])
    try FileManager.default.copyItem(atPath: other + "-wal", toPath: path + "-wal")
    journal.close()
    let log = try Data(contentsOf: URL(filePath: path + "-wal"))
    #expect(log.count > 4096)
    if isThere { try Data().write(to: URL(filePath: path)) }
    let queue = try fixture.queue()
    try await queue.start()
    try fixture.write("a", "a")
    try await fixture.settle(queue, ends: 1)
    #expect(await queue.status().notices.contains { $0.contains("damaged") })
    await queue.stop(within: .seconds(1))
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture.state)
    let aside = try #require(names.first { $0.contains("damaged") && $0.hasSuffix("-wal") })
    #expect(try Data(contentsOf: URL(filePath: fixture.state + "/" + aside)) == log)
  }

  /// What a later version made of it is no damage: it is left alone.
  @Test func aJournalOfALaterVersionIsRefused() async throws {
    let fixture = try QueueFixture()
    let path = fixture.state + "/journal.sqlite"
    try Journal(path: path).close()
    let database = try DatabaseQueue(path: path)
    try await database.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of 2030')")
    }
    try database.close()
    let queue = try fixture.queue()
    let error = await #expect(throws: QueueError.self) { try await queue.start() }
    #expect(error?.code == "journal.newer")
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture.state)
    #expect(!names.contains { $0.contains("damaged") })
  }

  /// Damage that SQLite does not see, because it keeps no checksums. Where the start comes upon it
  /// (the row of a report in the outbox), it makes the journal anew; where it turns up later, the
  /// service ends and the next start does.
  @Test(
    arguments: [
      "sha256 = 'no digest'", "attempts = -3", "place = '../../elsewhere'",
      "received = 9223372036854775807", "size = -1", "disposition = x'00ff'", "modified = 'never'",
    ], [true, false])
  func anUnreadableRowIsDamage(_ change: String, _ isSeenAtStart: Bool) async throws {
    let fixture = try QueueFixture()
    var queue = try fixture.queue()
    try await queue.start()
    try fixture.write("a", "a")
    try await fixture.settle(queue, ends: 1)
    await queue.stop(within: .seconds(1))
    let database = try DatabaseQueue(path: fixture.state + "/journal.sqlite")
    try await database.write {
      try $0.execute(sql: "UPDATE exhibits SET state = 'queued', due = 0")
      try $0.execute(sql: "UPDATE exhibits SET \(change)")
    }
    try database.close()
    let files = FileManager.default
    let year = try #require(
      try files.contentsOfDirectory(atPath: fixture.outbox).first { Int($0) != nil })
    if isSeenAtStart {
      // The start looks into months that changed after the journal's last entry.
      for month in try files.contentsOfDirectory(atPath: fixture.outbox + "/" + year) {
        try files.setAttributes(
          [.modificationDate: Date()], ofItemAtPath: fixture.outbox + "/" + year + "/" + month)
      }
    } else {
      try files.removeItem(atPath: fixture.outbox + "/" + year)
    }

    let first = try fixture.queue()
    try await first.start()
    if !isSeenAtStart { try await fixture.wait(first) { $0.state == "stopped" } }
    await first.stop(within: .seconds(1))
    queue = try fixture.queue()
    try await queue.start()
    try fixture.write("new", "new")
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(1))
    #expect(try fixture.reports().map(\.exhibit.name).sorted() == ["a", "new"])
    let left = try files.contentsOfDirectory(atPath: fixture.state)
    #expect(left.count { $0.contains("damaged") && $0.hasSuffix("Z") } == 1)
    #expect(!left.contains("check-journal"))
  }
}

@Suite struct ClockTests {
  /// An exhibit waiting for another attempt in a minute, one that is queued; the clock is set.
  @Test(arguments: [86_400, -86_400, 3, 0]) func waitingTimesOutliveASetClock(_ step: Int) throws {
    let fixture = try QueueFixture()
    let journal = try Journal(path: fixture.state + "/j.sqlite")
    _ = try journal.inbox(name: "desk", path: "/in")
    let cases = try journal.receive([try PartsTests.new("failed"), try PartsTests.new("queued")])
    let now = Timestamp.now
    var update = CaseUpdate(
      number: cases[0].number,
      transition: CaseTransition(time: now, state: .failed, cause: "c"))
    update.due = now.adding(.seconds(60))
    try journal.apply([update])
    let after = now.adding(.seconds(step))
    // At start nobody knows how far the clock was set.
    for known in step == 0 ? [0] : [step, 0] {
      try journal.clockWasSet(by: .seconds(known), longest: .seconds(60), now: after)
      #expect(try journal.waiting(limit: 9, now: after).map(\.name.text) == ["queued"])
      #expect(try journal.nextDue(after: after) == after.adding(.seconds(60)))
    }
  }

  /// What was seen before the clock was set back does not wait until it is that time again.
  @Test func anArrivalFromTheFutureIsDueNow() throws {
    let fixture = try QueueFixture()
    let journal = try Journal(path: fixture.state + "/j.sqlite")
    _ = try journal.inbox(name: "desk", path: "/in")
    var new = try PartsTests.new("a")
    new.transitions[0].time = Timestamp.now.adding(.seconds(86_400))
    _ = try journal.receive([new])
    #expect(try journal.waiting(limit: 9, now: Timestamp.now).count == 1)
  }

  @Test func theClockOfThisMachineIsNotSet() async throws {
    var watch = ClockWatch()
    #expect(watch.step == nil)
    watch.accept(.seconds(-5))
    let step = try #require(watch.step)
    #expect(abs(step / .seconds(1) - 5) < 1)
  }
}
