import CaseQueue
import Crypto
import ForensicCore
import Foundation
import Testing

/// Sidecar files on their way with their pictures.
@Suite(.timeLimit(.minutes(1))) struct SidecarTests {
  static let ending = Sidecar.ending

  /// Runs a queue over what lies in the inbox until so many exhibits have ended.
  private func run(
    _ fixture: QueueFixture, _ disposition: QueueConfiguration.Disposition = .keep, ends: Int,
    crash: CrashSwitch = CrashSwitch()
  ) async throws {
    let queue = try fixture.queue(fixture.configuration(disposition), crash: crash)
    try await queue.start()
    try await fixture.settle(queue, ends: ends)
    await queue.stop(within: .seconds(2))
  }

  private func digest(_ text: String) -> ForensicCore.SHA256Digest? {
    SHA256Digest(bytes: SHA256.hash(data: Data(text.utf8)))
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("fields, name and digest stand in the report", arguments: ["", "sub"])
  func fields(_ folder: String) async throws {
    let fixture = try QueueFixture()
    let place = fixture.inbox + "/" + folder
    try fixture.makeFolder(place)
    let text = "case = \"2026/114\"\nremark = \"as received\"\n"
    try fixture.write(FileName("a.jpg" + Self.ending), text, in: place)
    try fixture.write(FileName("a.jpg"), "a", in: place)
    try fixture.write(FileName("b.jpg"), "b", in: place)
    try await run(fixture, ends: 2)
    let reports = try fixture.reports()
    #expect(reports.map(\.exhibit.name).sorted() == ["a.jpg", "b.jpg"])
    let first = try #require(reports.first { $0.exhibit.name == "a.jpg" }).exhibit
    #expect(first.caseFile == CaseFile(number: "2026/114", remark: "as received"))
    #expect(first.sidecar?.name == "a.jpg.case.toml")
    #expect(first.sidecar?.sha256 == digest(text))
    #expect(first.sidecar?.size == text.utf8.count)
    #expect(first.sidecar?.fields == first.caseFile)
    #expect(first.sidecar?.problem == nil)
    let second = try #require(reports.first { $0.exhibit.name == "b.jpg" }).exhibit
    #expect(second.caseFile == nil && second.sidecar == nil)
  }

  @Test(
    "it goes where its picture goes", arguments: QueueConfiguration.Disposition.allCases,
    ["case = \"1\"", "nonsense"])
  func disposition(
    _ disposition: QueueConfiguration.Disposition, _ text: String
  ) async throws {
    let fixture = try QueueFixture()
    try fixture.write("a.jpg" + Self.ending, text)
    try fixture.write("a.jpg", "a")
    try fixture.write("late.jpg", "late")
    try fixture.write("alone.jpg" + Self.ending, "case = \"2\"")
    try await run(fixture, disposition, ends: 2)
    let inbox = try names(fixture.inbox)
    let stay = ["a.jpg", "a.jpg.case.toml", "alone.jpg.case.toml", "late.jpg"]
    #expect(inbox == (disposition == .archive ? ["alone.jpg.case.toml"] : stay))
    let picture = try #require(digest("a"))
    let sidecar = try #require(digest(text))
    let evidence = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    #expect(evidence.holds(sidecar: sidecar, of: picture) == (disposition != .keep))
    if let stored = evidence.open(sidecar: sidecar, of: picture) {
      #expect(try stored.readAll() == Array(text.utf8))
    }
    #expect(try evidence.root.names().allSatisfy { $0.count == 2 })
    let report = try #require(try fixture.reports().first { $0.exhibit.name == "a.jpg" })
    #expect(report.exhibit.sidecar?.sha256 == sidecar)
  }

  @Test(
    "one over its limit is neither read to its end nor moved",
    arguments: QueueConfiguration.Disposition.allCases, [Sidecar.sizeLimit + 1, 1 << 40])
  func tooLong(_ disposition: QueueConfiguration.Disposition, _ size: Int) async throws {
    let fixture = try QueueFixture()
    try fixture.makeSparse("a.jpg" + Self.ending, size: size)
    try fixture.write("a.jpg", "a")
    try await run(fixture, disposition, ends: 1)
    let sidecar = try #require(try fixture.reports().first?.exhibit.sidecar)
    #expect(sidecar.problem?.code == "sidecar.size")
    #expect(sidecar.size == size && sidecar.sha256 == nil && sidecar.fields == nil)
    #expect(try names(fixture.inbox).contains("a.jpg" + Self.ending))
    let evidence = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    #expect(evidence.sidecars(of: try #require(digest("a"))).isEmpty)
  }

  @Test("the same bytes with another sidecar belong to the other case only")
  func copies() async throws {
    let fixture = try QueueFixture()
    for (name, text) in [
      ("first.jpg", "case = \"A\"\nexaminer = \"Ann\""), ("second.jpg", "case = \"B\""),
      ("third.jpg", ""), ("fourth.jpg", "mistake"),
    ] {
      if !text.isEmpty { try fixture.write(name + Self.ending, text) }
      try fixture.write(name, "same")
    }
    try await run(fixture, .archive, ends: 4)
    #expect(fixture.examiner.attempts["same"] == 1)
    let reports = Dictionary(
      uniqueKeysWithValues: try fixture.reports().map { ($0.exhibit.name, $0.exhibit) })
    #expect(reports.values.count { $0.sameBytesAs != nil } == 3)
    #expect(reports["first.jpg"]?.caseFile == CaseFile(number: "A", examiner: "Ann"))
    #expect(reports["second.jpg"]?.caseFile == CaseFile(number: "B"))
    #expect(reports["third.jpg"]?.caseFile == nil)
    #expect(reports["third.jpg"]?.sidecar == nil)
    #expect(reports["fourth.jpg"]?.caseFile == nil)
    #expect(reports["fourth.jpg"]?.sidecar?.problem?.code == "sidecar.syntax")
    let evidence = try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch())
    #expect(evidence.sidecars(of: try #require(digest("same"))).count == 3)
    #expect(try names(fixture.inbox) == [])
  }

  @Test("one that cannot be used is told of, and the examination goes on")
  func hostile() async throws {
    let fixture = try QueueFixture()
    let inbox = fixture.inbox
    try fixture.write(FileName("elsewhere"), "case = \"stolen\"", in: fixture.root)
    try FileManager.default.createSymbolicLink(
      atPath: inbox + "/link.jpg" + Self.ending,
      withDestinationPath: fixture.root + "/elsewhere")
    #expect(mkfifo(inbox + "/fifo.jpg" + Self.ending, 0o600) == 0)
    try fixture.makeFolder(inbox + "/folder.jpg" + Self.ending)
    try fixture.write("key.jpg" + Self.ending, "\u{1B}[2J<script> = \"1\"")
    let long = String(repeating: "n", count: 250) + ".jpg"
    let all = ["link.jpg", "fifo.jpg", "folder.jpg", "key.jpg", long]
    for name in all { try fixture.write(name, name) }
    try await run(fixture, .archive, ends: all.count)
    let reports = Dictionary(
      uniqueKeysWithValues: try fixture.reports().map { ($0.exhibit.name, $0.exhibit) })
    #expect(reports.count == all.count)
    for name in ["link.jpg", "fifo.jpg", "folder.jpg"] {
      #expect(reports[name]?.sidecar?.problem?.code == "sidecar.kind")
      #expect(reports[name]?.sidecar?.sha256 == nil)
    }
    #expect(reports["key.jpg"]?.sidecar?.problem?.code == "sidecar.syntax")
    #expect(reports[long]?.sidecar == nil)
    #expect(reports.values.allSatisfy { $0.caseFile == nil })
    // What is no plain file is left where it is.
    #expect(try names(inbox).count == 3)
  }

  @Test("a failed examination's report has it too, and a retry keeps it")
  func quarantined() async throws {
    let fixture = try QueueFixture()
    try fixture.write("broken.jpg" + Self.ending, "case = \"7\"")
    try fixture.write("broken.jpg", "broken")
    try await run(fixture, .archive, ends: 1)
    let report = try #require(try fixture.reports("quarantine").first)
    #expect(report.exhibit.caseFile?.number == "7")
    #expect(report.exhibit.sidecar?.name == "broken.jpg.case.toml")
    // The journal is lost, and built again from the reports.
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.state + "/journal.sqlite" + ending)
    }
    let queue = try fixture.queue(fixture.configuration(.archive))
    try await queue.start()
    _ = try await queue.retry(exhibit: try #require(report.exhibit.id))
    try await fixture.wait(queue) { $0.quarantined == 1 && $0.queued + $0.examining == 0 }
    await queue.stop(within: .seconds(2))
    let again = try #require(try fixture.reports("quarantine").first)
    #expect(again.exhibit.sidecar == report.exhibit.sidecar)
    #expect(again.exhibit.caseFile == report.exhibit.caseFile)
  }

  @Test("an archived original whose journal was lost finds its sidecar again")
  func orphan() async throws {
    let fixture = try QueueFixture()
    try fixture.write("a.jpg" + Self.ending, "case = \"9\"")
    try fixture.write("a.jpg", "a")
    let crash = CrashSwitch { $0 == .beforeExamination }
    let queue = try fixture.queue(fixture.configuration(.archive), crash: crash)
    try await queue.start()
    try await fixture.wait(queue) { $0.state == "stopped" }
    await queue.stop(within: .seconds(1))
    #expect(try names(fixture.inbox) == [])
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.state + "/journal.sqlite" + ending)
    }
    try await run(fixture, .archive, ends: 1)
    let report = try #require(try fixture.reports().first)
    #expect(report.exhibit.caseFile == CaseFile(number: "9"))
    #expect(report.exhibit.sidecar?.sha256 == digest("case = \"9\""))
  }

  @Test("one that comes too late, or is exchanged meanwhile, is left alone")
  func exchanged() async throws {
    let fixture = try QueueFixture()
    try fixture.write("a.jpg" + Self.ending, "case = \"before\"")
    try fixture.write("a.jpg", "a")
    let path = fixture.inbox + "/a.jpg" + Self.ending
    let crash = CrashSwitch { point in
      if point == .receivedWritten {
        try? Data("case = \"after\"".utf8).write(to: URL(filePath: path))
      }
      return false
    }
    try await run(fixture, .archive, ends: 1, crash: crash)
    let report = try #require(try fixture.reports().first)
    #expect(report.exhibit.caseFile?.number == "before")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "case = \"after\"")
    #expect(try names(fixture.inbox) == ["a.jpg.case.toml"])
  }
}
