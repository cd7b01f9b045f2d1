import CaseQueue
import ForensicCore
import Foundation
import Synchronization
import Testing

/// Files over the limit of size: told of, and left as they came.
@Suite(.timeLimit(.minutes(1))) struct UnreadTests {
  private func configuration(
    _ fixture: QueueFixture, _ disposition: QueueConfiguration.Disposition, limit: Int
  ) -> QueueConfiguration {
    var configuration = fixture.configuration(disposition)
    configuration.maximumFileSize = limit
    return configuration
  }

  /// Nobody would see the end of a terabyte being hashed.
  @Test(arguments: QueueConfiguration.Disposition.allCases)
  func aGiantStandsInNobodysWay(_ disposition: QueueConfiguration.Disposition) async throws {
    let fixture = try QueueFixture()
    let configuration = configuration(fixture, disposition, limit: 100)
    let size = 1 << 40
    try fixture.makeSparse("giant.jpg", size: size)
    try fixture.write("giant.jpg" + Sidecar.ending, "case = \"7\"")
    let giant = try OpenFile(path: fixture.inbox + "/giant.jpg", flags: O_RDONLY).facts()
    var queue = try fixture.queue(configuration)
    try await queue.start()
    try fixture.write("small.jpg", "small")
    try await fixture.settle(queue, ends: 2)
    let report = try #require(try fixture.reports("quarantine").first)
    guard case .failure(let failure) = report.outcome else { return #expect(Bool(false)) }
    #expect(failure.code == "limit.size")
    #expect(failure.message.contains("No byte of it was read"))
    #expect(failure.message.contains("in its inbox"))
    #expect(report.exhibit.sha256 == nil && report.exhibit.size == size)
    #expect(report.exhibit.caseFile?.number == "7")
    // Neither a rescan, nor a restart, nor a journal made anew brings it again.
    for isLost in [false, false, true] {
      await queue.rescan()
      try await Task.sleep(for: .milliseconds(100))
      await queue.stop(within: .seconds(2))
      for ending in isLost ? ["", "-wal", "-shm"] : [] {
        try? FileManager.default.removeItem(atPath: fixture.state + "/journal.sqlite" + ending)
      }
      queue = try fixture.queue(configuration)
      try await queue.start()
      try await fixture.wait(queue) { $0.inboxes.first?.lastScan != nil && $0.settling == 0 }
      try await fixture.settle(queue, ends: 2)
      let status = await queue.status()
      #expect(status.quarantined == 1 && status.reported == 1)
    }
    await queue.stop(within: .seconds(2))
    #expect(try fixture.lines().count == 2)
    #expect(fixture.examiner.attempts == ["small": 1])
    let still = try OpenFile(path: fixture.inbox + "/giant.jpg", flags: O_RDONLY).facts()
    #expect(still.identity == giant.identity)
    #expect(
      FileManager.default.fileExists(atPath: fixture.inbox + "/giant.jpg" + Sidecar.ending))
    let evidence = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    #expect(evidence.digests(changedSince: 0).count == (disposition == .keep ? 0 : 1))
  }

  @Test func aHigherLimitTakesItIn() async throws {
    let fixture = try QueueFixture()
    var queue = try fixture.queue(configuration(fixture, .archive, limit: 10))
    try await queue.start()
    try fixture.write("large.jpg", "more than ten bytes")
    try await fixture.settle(queue, ends: 1)
    let id = try #require(try fixture.reports("quarantine").first?.exhibit.id)
    await queue.stop(within: .seconds(2))

    queue = try fixture.queue(configuration(fixture, .archive, limit: 100))
    try await queue.start()
    try await fixture.settle(queue, ends: 2)
    // The first one has no digest to be examined by.
    _ = try await queue.retry(exhibit: id)
    try await fixture.settle(queue, ends: 2)
    let status = await queue.status()
    await queue.stop(within: .seconds(2))
    #expect(status.reported == 1 && status.quarantined == 1)
    let report = try #require(try fixture.reports().first)
    #expect(report.exhibit.name == "large.jpg" && report.exhibit.sha256 != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.inbox).isEmpty)
  }

  /// A file that is written to as fast as it is read would be read for ever.
  @Test func hashingStopsWhereMoreComes() throws {
    let fixture = try QueueFixture()
    let size = 2 << 20
    try fixture.write("a", String(repeating: "a", count: size))
    let writer = try OpenFile(path: fixture.inbox + "/a", flags: O_WRONLY | O_APPEND)
    let more = [UInt8](repeating: 0x62, count: 1 << 20)
    let calls = Mutex(0)
    let hasher = FileHasher {
      try? writer.write(more)
      return calls.withLock { calls in
        calls += 1
        return calls < 20
      }
    }
    let file = try OpenFile(path: fixture.inbox + "/a", flags: O_RDONLY)
    let result = try #require(try hasher.hash(file))
    #expect(result.size == size + 1)
    #expect(calls.withLock { $0 } <= 3)
  }

  /// A longer file costs whoever has it open nothing, and would cost hours here.
  @Test func noMoreIsReadThanTheLengthThatItHad() throws {
    let fixture = try QueueFixture()
    try fixture.makeSparse("a", size: 1 << 40)
    let file = try OpenFile(path: fixture.inbox + "/a", flags: O_RDONLY)
    #expect(try FileHasher().hash(file, length: 3 << 20)?.size == 3 << 20 + 1)
    let store = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)))
    let error = #expect(throws: QueueError.self) {
      try store.add(file, digest: digest, size: 3 << 20, hasher: FileHasher())
    }
    #expect(error?.code == "file.changed")
    #expect(try store.root.names().isEmpty)
  }

  @Test func aFileThatBecomesAGiantUnderExaminationHasChanged() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue()
    try await queue.start()
    try fixture.write("a.jpg", "slow a")
    try await fixture.wait(queue) { $0.examining == 1 && !fixture.examiner.attempts.isEmpty }
    try fixture.makeSparse("a.jpg", size: 1 << 40)
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(2))
    let codes = try fixture.reports("quarantine").map { report in
      if case .failure(let failure) = report.outcome { failure.code } else { "" }
    }
    #expect(codes.sorted() == ["file.changed", "limit.size"])
  }
}
