import CaseQueue
import ForensicCore
import Foundation
import Synchronization
import Testing

/// The watcher alone, with a real kernel and a real file system.
@Suite(.timeLimit(.minutes(1))) struct WatcherTests {
  /// A watcher and what it hands over.
  final class Post: Sendable {
    let fixture: QueueFixture
    let watcher: InboxWatcher
    let heartbeat = Heartbeat()
    private let thread: NamedThread

    init(
      recursive: Bool = true, settle: Duration = .milliseconds(50),
      polling: QueueConfiguration.Polling = .automatic, rescan: Duration = .seconds(300),
      mayWatch: @escaping @Sendable () -> Bool = { true },
      before: (QueueFixture) throws -> Void = { _ in }
    ) throws {
      fixture = try QueueFixture()
      try before(fixture)
      let events = EventBox()
      var configuration = fixture.configuration(
        recursive: recursive, settle: settle, polling: polling)
      configuration.rescanInterval = rescan
      var outlets = WatcherOutlets(
        emit: { new in
          while events.isHeld.withLock({ $0 }) { usleep(1000) }
          events.list.withLock { $0 += new }
          return true
        },
        areKnown: { sightings, _ in
          let taken = events.list.withLock { Set($0.map(\.sighting)) }
          return sightings.map { taken.contains($0) }
        }, note: { note in events.notes.withLock { $0.append(note) } }, heartbeat: heartbeat)
      outlets.mayWatch = mayWatch
      watcher = try InboxWatcher(
        configuration, records: [InboxRecord(number: 1, name: "desk", path: fixture.inbox)],
        outlets: outlets)
      box = events
      thread = watcher.start()
    }

    private let box: EventBox
    final class EventBox: Sendable {
      let list = Mutex<[FileEvent]>([])
      let notes = Mutex<[String]>([])
      let isHeld = Mutex(false)
    }

    deinit {
      hold(false)
      watcher.stop()
      thread.join()
    }

    var seen: [FileEvent] { box.list.withLock { $0 } }

    /// What was told to a person.
    var notes: [String] { box.notes.withLock { $0 } }
    var inbox: QueueStatus.Inbox? { watcher.status.first }

    /// Keeps the watcher waiting in the hand-over of a file.
    func hold(_ isHeld: Bool) { box.isHeld.withLock { $0 = isHeld } }

    func attached() async throws {
      try await until { $0.watcher.status.first?.lastScan != nil }
    }

    func names(_ count: Int) async throws -> [String] {
      try await until { $0.seen.count >= count }
      // Anything that should not come would come about now.
      try await Task.sleep(for: .milliseconds(120))
      return seen.map {
        ($0.sighting.folder.isEmpty ? "" : FileName(bytes: $0.sighting.folder).text + "/")
          + $0.sighting.name.text
      }.sorted()
    }

    func until(_ done: (Post) -> Bool) async throws {
      let deadline = Date.now + 10
      while !done(self) {
        guard Date.now < deadline else { throw Late() }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    struct Late: Error {}

    func move(_ from: String, _ to: String) throws {
      guard rename(from, to) == 0 else { throw QueueError.system(errno, "rename") }
    }
  }

  @Test(arguments: [QueueConfiguration.Polling.automatic, .always])
  func subfoldersOfEveryKind(_ polling: QueueConfiguration.Polling) async throws {
    let post = try Post(polling: polling)
    let fixture = post.fixture
    try await post.attached()
    #expect(post.watcher.status.first?.mode == (polling == .always ? "polling" : "inotify"))
    try fixture.makeFolder(fixture.inbox + "/new/deep/er")
    try fixture.write(FileName("a"), "a", in: fixture.inbox + "/new/deep/er")
    try fixture.makeFolder(fixture.root + "/outside/in")
    try fixture.write(FileName("b"), "b", in: fixture.root + "/outside/in")
    try post.move(fixture.root + "/outside", fixture.inbox + "/moved")
    #expect(try await post.names(2) == ["moved/in/b", "new/deep/er/a"])
    // A folder renamed within the inbox is watched under its new name.
    try post.move(fixture.inbox + "/moved", fixture.inbox + "/named")
    try await Task.sleep(for: .milliseconds(50))
    try fixture.write(FileName("c"), "c", in: fixture.inbox + "/named/in")
    try await post.until { post in post.seen.contains { $0.sighting.name.text == "c" } }
    let late = try #require(post.seen.first { $0.sighting.name.text == "c" })
    #expect(FileName(bytes: late.sighting.folder).text == "named/in")
  }

  @Test func withoutRecursionSubfoldersAreNotEntered() async throws {
    let post = try Post(recursive: false)
    try await post.attached()
    try post.fixture.makeFolder(post.fixture.inbox + "/sub")
    try post.fixture.write(FileName("a"), "a", in: post.fixture.inbox + "/sub")
    try post.fixture.write("b", "b")
    #expect(try await post.names(1) == ["b"])
  }

  @Test func aWriterWhoTakesBreaksIsWaitedFor() async throws {
    let post = try Post(settle: .milliseconds(500))
    try await post.attached()
    let folder = try Folder(path: post.fixture.inbox)
    for part in 0..<5 {
      let file = try OpenFile(
        at: folder.descriptor, Array("slow.jpg".utf8), flags: O_WRONLY | O_CREAT | O_APPEND)
      try file.write(Array("part \(part)".utf8))
      try await Task.sleep(for: .milliseconds(60))
      #expect(post.seen.isEmpty)
    }
    #expect(try await post.names(1) == ["slow.jpg"])
    #expect(post.seen.first?.sighting.identity.size == 30)
    #expect(post.seen.first?.settledBecause.contains("0.5 s") == true)
  }

  @Test func renamedInIsTakenAtOnce() async throws {
    let post = try Post(settle: .seconds(30))
    try await post.attached()
    try post.fixture.write(FileName("x"), "x", in: post.fixture.root)
    try post.fixture.write("written.jpg", "written")
    try post.move(post.fixture.root + "/x", post.fixture.inbox + "/x.jpg")
    #expect(try await post.names(1) == ["x.jpg"])
    #expect(post.watcher.status.first?.settling == 1)
    // A download tool: written under a passed-over name, renamed when complete.
    try post.fixture.write("d.jpg.part", "d")
    try post.move(post.fixture.inbox + "/d.jpg.part", post.fixture.inbox + "/d.jpg")
    #expect(try await post.names(2) == ["d.jpg", "x.jpg"])
  }

  /// Deep folders, where every event costs more to look into than to bring about.
  @Test func aFloodOfEventsKeepsNothingWaiting() async throws {
    let post = try Post(settle: .seconds(30))
    try await post.attached()
    let path = post.fixture.inbox + String(repeating: "/d", count: 60)
    try post.fixture.makeFolder(path)
    try post.fixture.write(FileName("first.jpg"), "first", in: path)
    try await post.until { $0.inbox?.settling == 1 }
    let isOver = Mutex(false)
    let flood = Thread {
      guard let folder = try? Folder(path: path) else { return }
      // Of the same event twice in a row the kernel keeps one.
      while !isOver.withLock({ $0 }) {
        for name in ["a.jpg", "b.jpg"] {
          _ = try? OpenFile(
            at: folder.descriptor, Array(name.utf8), flags: O_WRONLY | O_CREAT)
        }
      }
    }
    flood.start()
    defer { isOver.withLock { $0 = true } }
    for _ in 0..<40 {
      try await Task.sleep(for: .milliseconds(100))
      let age = post.heartbeat.age ?? .zero
      #expect(age < .seconds(2), "\(age)")
    }
  }

  @Test func aHardLinkIsFoundThoughNobodyClosesIt() async throws {
    let post = try Post(settle: .milliseconds(20))
    try await post.attached()
    try post.fixture.write(FileName("x"), "x", in: post.fixture.root)
    #expect(link(post.fixture.root + "/x", post.fixture.inbox + "/linked.jpg") == 0)
    #expect(try await post.names(1) == ["linked.jpg"])
  }

  @Test func whatIsNoRegularFileIsNeverOpened() async throws {
    let post = try Post()
    try await post.attached()
    let inbox = post.fixture.inbox
    try post.fixture.write(FileName("target"), "t", in: post.fixture.root)
    #expect(mkfifo(inbox + "/fifo.jpg", 0o644) == 0)
    #expect(symlink(post.fixture.root + "/target", inbox + "/link.jpg") == 0)
    #expect(symlink(post.fixture.root, inbox + "/folderlink") == 0)
    #expect(symlink(inbox, inbox + "/loop") == 0)
    // A FIFO that nobody writes to would block whoever opens it for reading.
    try post.fixture.write("real.jpg", "real")
    #expect(try await post.names(1) == ["real.jpg"])
    post.watcher.rescan()
    #expect(try await post.names(1) == ["real.jpg"])
    let folder = try Folder(path: inbox)
    for name in ["fifo.jpg", "link.jpg"] {
      #expect(throws: QueueError.self) { try Custodian.openRegular(folder, Array(name.utf8)) }
    }
    #expect(throws: QueueError.self) { try Folder(below: folder, Array("folderlink".utf8)) }
  }

  @Test func aDeletedInboxIsAttachedAgain() async throws {
    let post = try Post()
    try await post.attached()
    try post.fixture.write("a", "a")
    _ = try await post.names(1)
    try FileManager.default.removeItem(atPath: post.fixture.inbox)
    try await post.until { $0.watcher.status.first?.mode == "detached" }
    #expect(post.watcher.status.first?.note?.isEmpty == false)
    try post.fixture.makeFolder(post.fixture.inbox)
    try post.fixture.write("b", "b")
    try await post.until { $0.watcher.status.first?.mode == "inotify" }
    #expect(try await post.names(2) == ["a", "b"])
    // Moved away, another folder in its place.
    try post.move(post.fixture.inbox, post.fixture.root + "/elsewhere")
    try post.fixture.makeFolder(post.fixture.inbox)
    try post.fixture.write("c", "c")
    #expect(try await post.names(3) == ["a", "b", "c"])
    try post.fixture.write(FileName("d"), "d", in: post.fixture.root + "/elsewhere")
    #expect(try await post.names(3) == ["a", "b", "c"])
  }

  @Test func anInboxThatComesLater() async throws {
    let post = try Post(before: { try FileManager.default.removeItem(atPath: $0.inbox) })
    try await post.until { $0.watcher.status.first?.mode == "detached" }
    try post.fixture.makeFolder(post.fixture.inbox)
    try post.fixture.write("a", "a")
    #expect(try await post.names(1) == ["a"])
  }

  @Test func filesMissedByTheEventsAreFoundByARescan() async throws {
    // More files than the kernel's queue of events holds, while nobody reads it, would overflow
    // it; whether they do or not, all are found.
    let post = try Post(settle: .zero)
    try await post.attached()
    for index in 0..<3000 { try post.fixture.write("f\(index)", "x") }
    try await post.until { Set($0.seen.map(\.sighting.name)).count == 3000 }
  }

  @Test(arguments: [
    [0x0A, 0x61, 0x0A], [0xFF, 0xFE, 0x80], [UInt8](repeating: 0x61, count: 255),
    Array("-rf".utf8), Array("a\u{202E}gpj.exe".utf8), Array("' \" $(x) ; & | * ?".utf8),
    Array("großes Bild.jpg".utf8), [0x01], Array("日本語.jpg".utf8),
  ])
  func hostileNames(_ bytes: [UInt8]) async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue(fixture.configuration(.archive))
    try await queue.start()
    try fixture.write(FileName(bytes: bytes), "x", in: fixture.inbox)
    try await fixture.settle(queue, ends: 1)
    await queue.stop(within: .seconds(1))
    let report = try #require(try fixture.reports().first)
    if let hex = report.exhibit.nameBytes {
      #expect(hex == FileName(bytes: bytes).hex)
    } else {
      #expect(Array(report.exhibit.name.utf8) == bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.inbox).isEmpty)
    #expect(try fixture.lines().count == 1)
  }
}
