import CaseQueue
import ForensicCore
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueTests {
  @Test func writtenAndRenamedFilesAreReported() async throws {
    let fixture = try QueueFixture()
    try fixture.write("before.jpg", "before")
    let queue = try fixture.queue()
    try await queue.start()
    try await fixture.wait(queue) { $0.inboxes.first?.lastScan != nil }
    try fixture.write("written.jpg", "written")
    try fixture.write(FileName("moved.jpg"), "moved", in: fixture.root)
    try FileManager.default.moveItem(
      atPath: fixture.root + "/moved.jpg", toPath: fixture.inbox + "/moved.jpg")
    try await fixture.settle(queue, ends: 3)
    await queue.stop(within: .seconds(2))
    let reports = try fixture.reports()
    #expect(Set(reports.map(\.exhibit.name)) == ["before.jpg", "written.jpg", "moved.jpg"])
    #expect(try fixture.lines().count == 3)
    #expect(try fixture.leftovers().isEmpty)
    let moved = try #require(reports.first { $0.exhibit.name == "moved.jpg" })
    #expect(
      moved.custody.map(\.state) == ["received", "settled", "queued", "examining", "reported"])
    #expect(moved.custody.first?.cause == "renamed into the inbox")
  }

  @Test(arguments: QueueConfiguration.Disposition.allCases)
  func originalsGoWhereTheyBelong(_ disposition: QueueConfiguration.Disposition) async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue(fixture.configuration(disposition))
    try await queue.start()
    try fixture.makeFolder(fixture.inbox + "/sub")
    try fixture.write("a.jpg", "contents of a")
    try fixture.write(FileName("b.jpg"), "contents of b", in: fixture.inbox + "/sub")
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(2))
    let reports = try fixture.reports()
    #expect(reports.count == 2)
    let evidence = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    for report in reports {
      let path = [fixture.inbox, report.exhibit.folder, report.exhibit.name].compactMap { $0 }
      let stays = FileManager.default.fileExists(atPath: path.joined(separator: "/"))
      #expect(stays == (disposition != .archive))
      let digest = try #require(report.exhibit.sha256)
      #expect(evidence.holds(digest, size: report.exhibit.size) == (disposition != .keep))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: fixture.inbox)
        .filter { $0.hasPrefix(".forensicd") } == [])
  }

  @Test func sameBytesPointToTheFinishedExamination() async throws {
    let fixture = try QueueFixture()
    var queue = try fixture.queue()
    try await queue.start()
    try fixture.write("first.jpg", "same")
    try await fixture.settle(queue, ends: 1)
    try fixture.write("second.jpg", "same")
    try fixture.write("first.jpg", "same")
    try await fixture.settle(queue, ends: 3)
    #expect(fixture.examiner.attempts["same"] == 1)
    var reports = try fixture.reports()
    let first = try #require(reports.first { $0.exhibit.sameBytesAs == nil })
    #expect(reports.filter { $0.exhibit.sameBytesAs == first.exhibit.id }.count == 2)
    await queue.stop(within: .seconds(2))

    // Another version: examined anew.
    queue = try fixture.queue(version: "2")
    try await queue.start()
    try fixture.write("third.jpg", "same")
    try await fixture.settle(queue, ends: 4)
    await queue.stop(within: .seconds(2))
    #expect(fixture.examiner.attempts["same"] == 2)
    reports = try fixture.reports()
    #expect(reports.filter { $0.exhibit.sameBytesAs == nil }.count == 2)
  }

  /// What is said of a name is said of the exhibit's own, examined or not.
  @Test func sameBytesUnderANameOfAnotherFormat() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue()
    try await queue.start()
    try fixture.write("first.jpg", "same")
    try await fixture.settle(queue, ends: 1)
    try fixture.write("second.png", "same")
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(2))
    #expect(fixture.examiner.attempts["same"] == 1)
    for report in try fixture.reports() {
      let isCopy = report.exhibit.sameBytesAs != nil
      let findings = try report.outcome.get().findings
      #expect(findings.map(\.code) == (isCopy ? ["file.extension"] : []))
    }
  }

  @Test func manyCopiesAtOnceAreExaminedOnce() async throws {
    let fixture = try QueueFixture()
    for index in 0..<400 { try fixture.write("copy-\(index).jpg", "slow copy") }
    let queue = try fixture.queue()
    try await queue.start()
    try await fixture.settle(queue, ends: 400)
    await queue.stop(within: .seconds(2))
    #expect(fixture.examiner.attempts["slow copy"] == 1)
    #expect(try Set(fixture.reports().map(\.exhibit.name)).count == 400)
  }

  @Test func aRestartTakesNothingTwice() async throws {
    let fixture = try QueueFixture()
    for index in 0..<20 { try fixture.write("\(index).jpg", "file \(index)") }
    for _ in 0..<3 {
      let queue = try fixture.queue()
      try await queue.start()
      try await fixture.settle(queue, ends: 20)
      await queue.rescan()
      try await Task.sleep(for: .milliseconds(50))
      await queue.stop(within: .seconds(2))
    }
    #expect(try fixture.reports().count == 20)
    #expect(try fixture.lines().count == 20)
  }

  @Test func transientFailuresAreTriedThreeTimes() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue()
    try await queue.start()
    for kind in ["crash", "flaky", "broken", "fine"] { try fixture.write(kind, kind) }
    try await fixture.settle(queue, ends: 4)
    #expect(fixture.examiner.attempts == ["crash": 3, "flaky": 3, "broken": 1, "fine": 1])
    #expect(Set(try fixture.reports().map(\.exhibit.name)) == ["flaky", "fine"])
    let quarantined = try fixture.reports("quarantine")
    #expect(Set(quarantined.map(\.exhibit.name)) == ["crash", "broken"])
    let crashed = try #require(quarantined.first { $0.exhibit.name == "crash" })
    #expect(throws: ExaminationFailure.self) { try crashed.outcome.get() }
    #expect(crashed.custody.count { $0.state == "failed" } == 2)
    #expect(crashed.custody.last?.state == "quarantined")

    // Tried again by hand: the same place, one entry.
    let id = try #require(crashed.exhibit.id)
    _ = try await queue.retry(exhibit: id)
    try await fixture.settle(queue, ends: 4)
    #expect(try fixture.reports("quarantine").count == 2)
    #expect(fixture.examiner.attempts["crash"] == 6)
    let fine = try #require(try fixture.reports().first?.exhibit.id)
    await #expect(throws: QueueError.self) { try await queue.retry(exhibit: fine) }
    await #expect(throws: QueueError.self) { try await queue.show(exhibit: "1999-000001") }
    #expect(try await queue.show(exhibit: id).custody.count > 8)
    await queue.stop(within: .seconds(2))
  }

  @Test func stoppingGivesBackWhatIsInFlight() async throws {
    let fixture = try QueueFixture()
    var queue = try fixture.queue()
    try await queue.start()
    try fixture.write("stuck.jpg", "stuck")
    try fixture.write("slow.jpg", "slow")
    try await fixture.wait(queue) { $0.examining == 2 }
    let began = Date.now
    await queue.stop(within: .seconds(1))
    #expect(Date.now.timeIntervalSince(began) < 2)
    #expect(try fixture.reports().map(\.exhibit.name) == ["slow.jpg"])
    queue = try fixture.queue()
    try await queue.start()
    try await fixture.wait(queue) { $0.examining == 1 && $0.reported == 1 }
    let exhibit = try #require(try await queue.queue().first)
    #expect(exhibit.name == "stuck.jpg" && exhibit.attempts == 0)
    let causes = try await queue.show(exhibit: exhibit.id).custody.map(\.cause)
    #expect(causes.contains("the service was stopped"))
    await queue.stop(within: .zero)
  }

  @Test func aSecondServiceIsRefused() async throws {
    let fixture = try QueueFixture()
    let first = try fixture.queue()
    try await first.start()
    let second = try fixture.queue()
    await #expect {
      try await second.start()
    } throws: { error in
      let error = error as? QueueError
      return error?.code == "state.locked" && error?.message.contains("\(getpid())") == true
    }
    await first.stop(within: .seconds(1))
  }

  @Test func workersAreBoundedAndReloaded() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue(fixture.configuration(workers: 3))
    try await queue.start()
    for index in 0..<9 { try fixture.write("\(index)", "slow \(index)") }
    try await fixture.settle(queue, ends: 9)
    #expect(fixture.examiner.mostAtOnce == 3)
    var changed = fixture.configuration(workers: 5)
    changed.inboxes.append(.init(name: "late", path: fixture.root + "/late"))
    try fixture.makeFolder(fixture.root + "/late")
    try await queue.reload(changed)
    try fixture.write(FileName(".late"), "slow late", in: fixture.root)
    try FileManager.default.moveItem(
      atPath: fixture.root + "/.late", toPath: fixture.root + "/late/x.jpg")
    for index in 10..<20 { try fixture.write("\(index)", "slow \(index)") }
    try await fixture.settle(queue, ends: 20)
    #expect(fixture.examiner.mostAtOnce == 5)
    changed.outbox = fixture.root + "/other"
    let refused = changed
    await #expect(throws: QueueError.self) { try await queue.reload(refused) }
    await queue.stop(within: .seconds(1))
  }

  @Test func hugeFilesAreQuarantinedUnexamined() async throws {
    let fixture = try QueueFixture()
    var configuration = fixture.configuration()
    configuration.maximumFileSize = 10
    let queue = try fixture.queue(configuration)
    try await queue.start()
    try fixture.write("large.jpg", "more than ten bytes")
    try await fixture.settle(queue, ends: 1)
    await queue.stop(within: .seconds(1))
    #expect(fixture.examiner.attempts.isEmpty)
    let report = try #require(try fixture.reports("quarantine").first)
    guard case .failure(let failure) = report.outcome else { return #expect(Bool(false)) }
    #expect(failure.code == "limit.size")
  }

  @Test func theIndexFollows() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue()
    try await queue.start()
    try fixture.write("a.jpg", "a")
    try fixture.write("b.jpg", "broken")
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(1))
    let page = try String(contentsOfFile: fixture.outbox + "/index.html", encoding: .utf8)
    #expect(page.hasPrefix("<!-- 1 1 -->"))
    #expect(page.split(separator: "\n").count == 3)
  }
}
