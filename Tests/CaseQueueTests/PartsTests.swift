import CaseQueue
import ForensicCore
import Foundation
import Testing

@Suite struct PartsTests {
  @Test(arguments: [
    ".hidden", ".DS_Store", "a.part", "a.PART", "a.jpg.tmp", "x.crdownload", "x.partial", "x~",
    "Thumbs.db", "thumbs.DB", "desktop.ini", "@eaDir", "#recycle", ".stfolder",
    "~syncthing~a.jpg.tmp", ".syncthing.a.jpg.tmp",
  ])
  func droppingsArePassedOver(_ name: String) {
    #expect(!NameFilter().takes(Array(name.utf8)))
    #expect(!NameFilter().enters(Array(name.utf8)) || name.isEmpty)
  }

  @Test func patternsChoose() {
    let filter = NameFilter(include: ["*.jpg", "*.png"], ignore: ["draft*"])
    #expect(filter.takes(Array("A.JPG".utf8)))
    #expect(filter.takes([0xFF] + Array(".png".utf8)))
    #expect(!filter.takes(Array("a.webp".utf8)))
    #expect(!filter.takes(Array("Draft.jpg".utf8)))
    #expect(NameFilter().takes(Array("part".utf8)))
  }

  @Test(arguments: [
    ("photo.jpg", "photo"), ("..-..-etc.x", "etc"), (".jpg", "jpg"), ("---", "file"),
    ("a b\nc.png", "a-b-c"), ("日本.jpg", "file"), ("Größe.jpg", "Gr-e"),
    (String(repeating: "x", count: 255), String(repeating: "x", count: 60)),
  ])
  func slugsAreSafe(_ name: String, _ slug: String) {
    #expect(FolderName.slug(FileName(name)) == slug)
  }

  /// Nanoseconds in 64 bits end in 2262.
  @Test(arguments: [13_000_000_000, 10_000_000_000, 9_000_000_000, -10_000_000_000])
  func aTimeOfAnyYearIsToldAsNearAsCanBe(_ seconds: Int) throws {
    let fixture = try QueueFixture()
    try fixture.write("a.jpg", "a")
    let file = try OpenFile(path: fixture.inbox + "/a.jpg", flags: O_RDWR)
    let time = timespec(tv_sec: seconds, tv_nsec: 5)
    #expect(futimens(file.descriptor, [time, time]) == 0)
    // A file system keeps what it can.
    var status = stat()
    #expect(fstat(file.descriptor, &status) == 0)
    let kept = status.st_mtim
    let (whole, isBeyond) = Int64(kept.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let nearest: Int64 = kept.tv_sec < 0 ? .min : .max
    #expect(try file.facts().modified == (isBeyond ? nearest : whole + Int64(kept.tv_nsec)))
  }

  /// What a journal that is made anew compares, to the millisecond.
  @Test func nanosecondsOfAnyTime() {
    for nanoseconds in [Int64.min, .max, -1, 0, 1_234_567_000_000] {
      let time = Timestamp(nanoseconds: nanoseconds)
      #expect(Timestamp(nanoseconds: time.nanoseconds) == time || nanoseconds == .min)
      #expect((time.nanoseconds < 0) == (nanoseconds < 0))
    }
    #expect(Timestamp(milliseconds: 253_402_300_799_999).nanoseconds == .max)
  }

  @Test func configurationProblems() throws {
    let good = QueueConfiguration(
      inboxes: [.init(name: "a", path: "/in")], outbox: "/out", state: "/state")
    #expect(good.problems().isEmpty)
    var bad = good
    bad.inboxes = [
      .init(name: "a", path: "/out/x/"), .init(name: "a", path: "/", recursive: true),
      .init(name: "c", path: "relative"),
    ]
    bad.workers = 0
    #expect(bad.problems().count >= 6)
    #expect(throws: QueueError.self) {
      let fixture = try QueueFixture()
      _ = try CaseQueue(configuration: bad, services: fixture.services())
    }
  }

  @Test("folders are compared as the file system has them", arguments: [true, false])
  func folderPlaces(exist: Bool) throws {
    let root = NSTemporaryDirectory() + "/places-\(UUID().uuidString)"
    let files = FileManager.default
    try files.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: root) }
    if exist {
      for name in ["x/deep", "in", "inside"] {
        try files.createDirectory(atPath: root + "/" + name, withIntermediateDirectories: true)
      }
    }
    for (name, target) in [
      ("absolute", root + "/x"), ("relative", "in/../x"), ("second", "absolute"), ("loop", "loop"),
    ] {
      try files.createSymbolicLink(atPath: root + "/" + name, withDestinationPath: target)
    }
    func place(_ name: String) -> FolderPlace { FolderPlace(root + "/" + name) }
    for same in ["x", "./x/", "in/../x", "in//.././x", "absolute", "relative", "second/."] {
      #expect(place(same).isSame(as: place("x")), "\(same)")
      #expect(place(same + "/deep").lies(within: place("x")), "\(same)")
      #expect(!place("x").lies(within: place(same + "/deep")), "\(same)")
      let configuration = QueueConfiguration(
        inboxes: [.init(name: "a", path: root + "/" + same)], outbox: root + "/x",
        state: root + "/state")
      #expect(configuration.problems() == ["inbox a is the outbox folder too"], "\(same)")
    }
    for other in ["in", "inside", "loop", "absolute/../in", ""] {
      #expect(!place(other).lies(within: place("x")), "\(other)")
    }
    #expect(!place("inside").lies(within: place("in")))
    #expect(place("..").isSame(as: FolderPlace(root + "/x/../..")))
    #expect(FolderPlace("/../..").isSame(as: FolderPlace("/")))
  }

  @Test(arguments: [("/s", "/s"), ("/s/out", "/s"), ("/o", "/o/state"), ("/o/../s", "/s/x")])
  func outboxAndStateLieApart(outbox: String, state: String) {
    let configuration = QueueConfiguration(
      inboxes: [.init(name: "a", path: "/in")], outbox: outbox, state: state)
    #expect(configuration.problems() == ["outbox and state lie within one another"])
  }

  static func new(_ name: String, _ digit: String = "a") throws -> NewCase {
    let now = Timestamp.now
    let digest = try #require(SHA256Digest(hex: String(repeating: digit, count: 64)))
    return NewCase(
      inbox: InboxRecord(number: 1, name: "desk", path: "/in"), folder: [], name: FileName(name),
      sha256: digest,
      identity: FileIdentity(inode: 7, size: 3, modified: 5, birth: 6), disposition: .keep,
      transitions: [
        CaseTransition(time: now, state: .received, cause: "r"),
        CaseTransition(time: now, state: .queued, cause: "q"),
      ])
  }

  @Test func theJournalCountsNumbersAndPlaces() throws {
    let fixture = try QueueFixture()
    let journal = try Journal(path: fixture.state + "/j.sqlite")
    let record = try journal.inbox(name: "desk", path: "/in")
    #expect(record.number == 1)
    let cases = try journal.receive((0..<20).map { _ in try Self.new("same.jpg") })
    #expect(Set(cases.map(\.place)).count == 20)
    #expect(cases[0].place.hasSuffix("/same-aaaaaa") && cases[19].place.hasSuffix("-aaaaaa-20"))
    #expect(cases[0].id.hasSuffix("-000001") && cases[19].id.hasSuffix("-000020"))
    #expect(try journal.counts()[.queued] == 20)
    var update = CaseUpdate(
      number: cases[3].number,
      transition: CaseTransition(time: Timestamp.now, state: .quarantined, cause: "c"))
    update.error = ExaminationFailure(code: "x", message: "y", mend: "z")
    try journal.apply([update], logLength: 77)
    #expect(try journal.counts()[.queued] == 19 && journal.counts()[.quarantined] == 1)
    #expect(try journal.logLength() == 77)
    let found = try #require(try journal.find(id: cases[3].id))
    #expect(found.error?.code == "x" && found.report == "quarantine/" + found.place)
    #expect(
      try journal.transitions(of: found.number).map(\.state) == [.received, .queued, .quarantined])
    #expect(try journal.waiting(limit: 100, now: Timestamp.now).count == 19)
    let sighting = Sighting(folder: [], name: FileName("same.jpg"), identity: cases[0].identity!)
    var other = sighting
    other.identity.birth = 9
    #expect(try journal.areKnown([sighting, other], inbox: record) == [true, false])
  }

  @Test func ofUnreadableFilesEachIsToldOfOnceAnHour() {
    var files = UnreadableFiles()
    let second: Int64 = 1_000_000_000
    func told(_ names: [String], at time: Int64) -> [String] {
      names.filter { files.isToBeTold($0, now: time * second) }
    }
    let start: Int64 = 50_000
    #expect(told(["a", "b", "a"], at: start) == ["a", "b"])
    #expect(told(["a", "b"], at: start + 3599).isEmpty)
    #expect(told(["a"], at: start + 3600) == ["a"])
    // A flood is not told of to its end.
    let many = (0..<1000).map(String.init)
    #expect(told(many, at: start + 7200).count == UnreadableFiles.most)
    #expect(told(many, at: start + 7201).isEmpty)
  }

  /// A full disk may last for days.
  @Test func ofEndsThatRecurFirstAndLastAreKept() throws {
    let fixture = try QueueFixture()
    let journal = try Journal(path: fixture.state + "/j.sqlite")
    _ = try journal.inbox(name: "desk", path: "/in")
    let number = try #require(try journal.receive([try Self.new("a.jpg")]).first).number
    func end(_ state: CaseState, _ cause: String, recurs: Bool = false) throws {
      var update = CaseUpdate(
        number: number, transition: CaseTransition(time: Timestamp.now, state: state, cause: cause))
      update.recurs = recurs
      try journal.apply([update])
    }
    for round in 1...5 {
      try end(.examining, "attempt 1")
      try end(.failed, "full \(round)", recurs: true)
    }
    // Another step between them begins a new row.
    try end(.queued, "asked to be tried again")
    for round in 6...7 {
      try end(.examining, "attempt 1")
      try end(.failed, "full \(round)", recurs: true)
    }
    try end(.examining, "attempt 1")
    try end(.reported, "done")
    #expect(
      try journal.transitions(of: number).map { $0.custody.state + ": " + $0.custody.cause } == [
        "received: r", "queued: q", "examining: attempt 1", "failed: full 1",
        "failed: full 5 (5 times by now)", "queued: asked to be tried again",
        "examining: attempt 1", "failed: full 6", "failed: full 7 (2 times by now)",
        "examining: attempt 1", "reported: done",
      ])
  }

  @Test func theLogIsCutToWhatTheJournalKnows() throws {
    let fixture = try QueueFixture()
    let path = fixture.outbox + "/reports.jsonl"
    let outbox = try Folder(path: fixture.outbox)
    try "{1}\n{22}\n{333}\n{44".write(toFile: path, atomically: false, encoding: .utf8)
    var log = try ReportsLog(outbox: outbox, journaled: 9, crash: CrashSwitch())
    #expect(log.length == 9)
    log.commit(try log.append([Array("{5}\n".utf8)]))
    #expect(try fixture.lines() == ["{1}", "{22}", "{5}"])
    #expect(try log.latest(2).map { String(decoding: $0, as: UTF8.self) } == ["{5}\n", "{22}\n"])
    // The journal does not know: only the torn line goes.
    try "{1}\n{22}\n{33".write(toFile: path, atomically: false, encoding: .utf8)
    log = try ReportsLog(outbox: outbox, journaled: nil, crash: CrashSwitch())
    #expect(try fixture.lines() == ["{1}", "{22}"])
    // Rotated away while running.
    try FileManager.default.removeItem(atPath: path)
    log.commit(try log.append([Array("{6}\n".utf8)]))
    #expect(try fixture.lines() == ["{6}"])
  }

  @Test("a log cut while it is open goes on at its end", arguments: [0, 4, 6])
  func theLogIsCutFromOutside(_ size: Int) throws {
    let fixture = try QueueFixture()
    let path = fixture.outbox + "/reports.jsonl"
    let log = try ReportsLog(
      outbox: Folder(path: fixture.outbox), journaled: nil, crash: CrashSwitch())
    log.commit(try log.append([Array("{1}\n".utf8), Array("{22}\n".utf8)]))
    #expect(truncate(path, size) == 0)
    // What the index shows meanwhile.
    #expect(try log.latest(9).count == (size == 0 ? 0 : 1))
    log.commit(try log.append([Array("{333}\n".utf8)]))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == (size == 0 ? "" : "{1}\n") + "{333}\n")
    #expect(log.length == text.utf8.count)
  }
}

@Suite(.timeLimit(.minutes(1))) struct RecoveryTests {
  @Test(arguments: [true, false], QueueConfiguration.Disposition.allCases)
  func aDamagedJournalIsRebuiltFromTheOutbox(
    _ scribble: Bool, _ disposition: QueueConfiguration.Disposition
  ) async throws {
    let fixture = try QueueFixture()
    let configuration = fixture.configuration(disposition)
    var queue = try fixture.queue(configuration)
    try await queue.start()
    for name in ["a", "b", "broken"] { try fixture.write(name, name) }
    try fixture.write(FileName(bytes: [0xFF, 0x41]), "bytes", in: fixture.inbox)
    try await fixture.settle(queue, ends: 4)
    await queue.stop(within: .seconds(1))
    let path = fixture.state + "/journal.sqlite"
    if scribble {
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.write(contentsOf: Data(repeating: 0x5A, count: 9000))
      try handle.close()
    } else {
      try FileManager.default.removeItem(atPath: path)
    }
    queue = try fixture.queue(configuration)
    try await queue.start()
    try await fixture.wait(queue) { $0.inboxes.first?.lastScan != nil && $0.settling == 0 }
    try fixture.write("new", "new")
    try await fixture.settle(queue, ends: 5)
    let status = await queue.status()
    #expect(status.reported == 4 && status.quarantined == 1)
    #expect(!status.notices.isEmpty)
    #expect(status.notices.contains { $0.contains("damaged") } == scribble)
    await queue.stop(within: .seconds(1))
    #expect(try fixture.reports().count == 4 && fixture.reports("quarantine").count == 1)
    #expect(Set(try fixture.reports().map(\.exhibit.id)).count == 4)
    #expect(try fixture.lines().count == 5)
    #expect(fixture.examiner.attempts["a"] == 1)
  }

  @Test func archivedOriginalsOutliveTheJournal() async throws {
    let fixture = try QueueFixture()
    let configuration = fixture.configuration(.archive)
    var queue = try fixture.queue(configuration)
    try await queue.start()
    try fixture.write("stuck", "stuck")
    try await fixture.wait(queue) { $0.examining == 1 }
    await queue.stop(within: .zero)
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: fixture.state + "/journal.sqlite" + ending)
    }
    queue = try fixture.queue(configuration)
    try await queue.start()
    try await fixture.wait(queue) { $0.examining == 1 }
    await queue.stop(within: .zero)
  }

  @Test func aChangedFileIsQuarantined() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue(fixture.configuration(settle: .milliseconds(700)))
    try await queue.start()
    try await fixture.wait(queue) { $0.inboxes.first?.lastScan != nil }
    try fixture.write(FileName("slow"), "slow one", in: fixture.root)
    #expect(rename(fixture.root + "/slow", fixture.inbox + "/slow.jpg") == 0)
    try await fixture.wait(queue) { $0.examining == 1 }
    try fixture.write("slow.jpg", "slow two!")
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(1))
    let report = try #require(try fixture.reports("quarantine").first)
    guard case .failure(let failure) = report.outcome else { return #expect(Bool(false)) }
    #expect(failure.code == "file.changed")
    #expect(try fixture.reports().count == 1)
  }

  @Test func theHeartbeatShowsAWedgedLoop() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue()
    #expect(queue.heartbeat.age == nil)
    try await queue.start()
    try await fixture.wait(queue) { $0.inboxes.first?.lastScan != nil }
    try await Task.sleep(for: .seconds(2))
    let age = try #require(queue.heartbeat.age)
    #expect(age < .seconds(2))
    queue.heartbeat.beat("stuck loop")
    try await Task.sleep(for: .seconds(2.5))
    #expect(try #require(queue.heartbeat.age) > .seconds(2))
    #expect(queue.heartbeat.slowest == "stuck loop")
    await queue.stop(within: .seconds(1))
  }
}
