import CaseQueue
import ForensicCore
import Foundation
import Testing

/// Services that end without a clean stop while an exhibit is before an examiner.
@Suite(.timeLimit(.minutes(1))) struct InterruptionTests {
  /// Has the journal as it is after `kill -9`, or after an exhibit that ends the service.
  private func interrupt(_ fixture: QueueFixture) throws {
    let journal = try Journal(path: fixture.state + "/journal.sqlite")
    try journal.apply(
      try journal.unfinished(limit: 99).map {
        CaseUpdate(
          number: $0.number,
          transition: CaseTransition(time: Timestamp.now, state: .examining, cause: "attempt 1"))
      })
    journal.close()
  }

  private func exhibits(_ fixture: QueueFixture) throws -> [Case] {
    let journal = try Journal(path: fixture.state + "/journal.sqlite")
    defer { journal.close() }
    return try journal.unfinished(limit: 99)
  }

  @Test func whatEndsTheServiceIsQuarantined() async throws {
    let fixture = try QueueFixture()
    try fixture.write("stuck.jpg", "stuck")
    var ends = 0
    while true {
      let queue = try fixture.queue()
      try await queue.start()
      // Given back at once by the stop, whatever has become of it, unless it has come to its end.
      try await fixture.wait(queue) { $0.queued + $0.examining + $0.failed + $0.quarantined == 1 }
      if ends == 8 { try await fixture.settle(queue, ends: 1) }
      await queue.stop(within: .zero)
      if ends == 8 { break }
      let exhibit = try #require(try exhibits(fixture).first)
      #expect(exhibit.interruptions == ends)
      #expect(exhibit.attempts == 0)
      // Not at once again, from the second on.
      let pause = exhibit.due.milliseconds - exhibit.since.milliseconds
      #expect(exhibit.state == (ends < 2 ? .queued : .failed))
      #expect(ends < 2 || pause == 1000 << (ends - 2), "\(pause)")
      try interrupt(fixture)
      ends += 1
    }
    let report = try #require(try fixture.reports("quarantine").first)
    #expect(throws: ExaminationFailure.self) { try report.outcome.get() }
    guard case .failure(let failure) = report.outcome else { return }
    #expect(failure.code == "service.interrupted")
    #expect(failure.message.contains("8 times"))
    #expect(report.custody.count { $0.cause.contains("the service ended") } == 8)

    // A person may have it tried again from the beginning.
    let queue = try fixture.queue()
    try await queue.start()
    _ = try await queue.retry(exhibit: try #require(report.exhibit.id))
    try await fixture.wait(queue) { $0.examining == 1 }
    await queue.stop(within: .zero)
    #expect(try exhibits(fixture).map(\.interruptions) == [0])
  }

  @Test func aCleanStopIsNoInterruption() async throws {
    let fixture = try QueueFixture()
    try fixture.write("stuck.jpg", "stuck")
    for _ in 0..<10 {
      let queue = try fixture.queue()
      try await queue.start()
      try await fixture.wait(queue) { $0.examining == 1 }
      await queue.stop(within: .zero)
    }
    #expect(try exhibits(fixture).map(\.interruptions) == [0])
  }

  /// Whatever was beside the one that ended the service must not share its fate.
  @Test func theInterruptedAreExaminedOneByOne() async throws {
    let fixture = try QueueFixture()
    for name in ["a", "b", "c"] { try fixture.write(name + ".jpg", "slow " + name) }
    let first = try fixture.queue(fixture.configuration(workers: 1))
    try await first.start()
    try await fixture.wait(first) { $0.examining == 1 && $0.queued == 2 }
    await first.stop(within: .zero)
    try interrupt(fixture)
    let second = try fixture.queue(fixture.configuration(workers: 3))
    try await second.start()
    try await fixture.settle(second, ends: 3)
    await second.stop(within: .seconds(1))
    #expect(fixture.examiner.mostAtOnce == 1)
    #expect(try fixture.reports().count == 3)
  }

  @Test(arguments: [(0, 0), (1, 0), (2, 1), (3, 2), (7, 32), (8, 32), (1_000_000, 32)])
  func pausesGrow(count: Int, seconds: Int) {
    #expect(Interruption.pause(after: count) == .seconds(seconds))
  }
}
