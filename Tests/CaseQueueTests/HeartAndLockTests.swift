import CaseQueue
import ForensicCore
import Foundation
import Testing

/// What the service as a whole relies on: a heart that tells the truth, a lock that comes first.
@Suite(.timeLimit(.minutes(1))) struct HeartAndLockTests {
  /// An attempt that takes longer than it may is what the watchdog is there for.
  @Test(arguments: [(Duration.milliseconds(100), true), (.seconds(600), false)])
  func aWedgedExaminationStopsTheHeart(longest: Duration, isWedged: Bool) async throws {
    let fixture = try QueueFixture()
    var configuration = fixture.configuration()
    configuration.longestAttempt = longest
    try fixture.write("stuck.jpg", "stuck")
    let queue = try fixture.queue(configuration)
    try await queue.start()
    try await fixture.wait(queue) { $0.examining == 1 }
    try await Task.sleep(for: .seconds(2.5))
    let age = try #require(queue.heartbeat.age)
    #expect((queue.heartbeat.slowest == "dispatcher" && age > .seconds(2)) == isWedged, "\(age)")
    await queue.stop(within: .zero)
  }

  @Test func theLockComesBeforeTheWork() async throws {
    let fixture = try QueueFixture()
    let first = try fixture.queue()
    try await first.lock()
    let second = try fixture.queue()
    await #expect(throws: QueueError.self) { try await second.lock() }
    await #expect(throws: QueueError.self) { try await second.start() }
    try fixture.write("a.jpg", "a")
    try await Task.sleep(for: .milliseconds(200))
    #expect(await first.status().state == "starting")
    #expect(fixture.examiner.attempts.isEmpty)
    try await first.start()
    try await fixture.settle(first, ends: 1)
    await first.stop(within: .seconds(1))
    let third = try fixture.queue()
    try await third.lock()
    await third.stop(within: .zero)
    try await fixture.queue().lock()
  }
}
