import CaseQueue
import ForensicCore
import Foundation
import Synchronization
import Testing

/// Inboxes that cannot be watched as they should be: whoever looks after them is told, and nothing
/// waits longer than it must.
@Suite(.timeLimit(.minutes(1))) struct InboxTroubleTests {
  private typealias Post = WatcherTests.Post

  private func makeFolders(_ fixture: QueueFixture) throws {
    for index in 0..<8 { try fixture.makeFolder(fixture.inbox + "/\(index)") }
  }

  /// The next scan of an inbox that is watched would come in five minutes.
  @Test func withoutWatchesItIsPolledFromThenOn() async throws {
    let left = Mutex(5)
    let post = try Post(
      mayWatch: {
        left.withLock { left in
          left -= 1
          return left >= 0
        }
      }, before: makeFolders)
    try await post.attached()
    #expect(post.inbox?.mode == "polling")
    #expect(post.inbox?.note?.contains("max_user_watches") == true)
    try post.fixture.write(FileName("x"), "x", in: post.fixture.root)
    try post.move(post.fixture.root + "/x", post.fixture.inbox + "/7/x.jpg")
    #expect(try await post.names(1) == ["7/x.jpg"])
  }

  @Test func watchesThatAreGivenBackAreTaken() async throws {
    let mayWatch = Mutex(false)
    let post = try Post(
      rescan: .milliseconds(200), mayWatch: { mayWatch.withLock { $0 } }, before: makeFolders)
    try await post.attached()
    #expect(post.inbox?.mode == "polling")
    mayWatch.withLock { $0 = true }
    try await post.until { $0.inbox?.mode == "inotify" }
    #expect(post.inbox?.note == nil)
    try post.fixture.write(FileName("x"), "x", in: post.fixture.inbox + "/7")
    #expect(try await post.names(1) == ["7/x"])
  }

  @Test func whatCannotBeLookedIntoIsToldOnce() async throws {
    let deep = "/deep" + String(repeating: "/d", count: 65)
    let post = try Post(before: { try $0.makeFolder($0.inbox + deep) })
    try await post.attached()
    let note = try #require(post.inbox?.note)
    #expect(note.contains("cannot look into") && note.contains("more than 64 folders deep"))
    #expect(post.notes.count == 1)
    // What may be read is read.
    try post.fixture.write(FileName("a"), "a", in: post.fixture.inbox + "/deep")
    #expect(try await post.names(1) == ["deep/a"])
    let scan = post.inbox?.lastScan
    post.watcher.rescan()
    try await post.until { $0.inbox?.lastScan != scan }
    #expect(post.inbox?.note == note)
    #expect(post.notes.count == 1)
    try FileManager.default.removeItem(atPath: post.fixture.inbox + deep)
    post.watcher.rescan()
    try await post.until { $0.inbox?.note == nil }
  }

  /// Root may look into everything.
  @Test(.enabled(if: geteuid() != 0)) func aClosedFolderIsTold() async throws {
    let post = try Post(before: {
      try $0.makeFolder($0.inbox + "/closed")
      #expect(chmod($0.inbox + "/closed", 0) == 0)
    })
    try await post.attached()
    #expect(post.inbox?.note?.contains("closed") == true)
    #expect(post.notes.count == 1)
    try post.fixture.write("a", "a")
    #expect(try await post.names(1) == ["a"])
    #expect(chmod(post.fixture.inbox + "/closed", 0o700) == 0)
    post.watcher.rescan()
    try await post.until { $0.inbox?.note == nil }
  }

  /// Events that were lost are made up for by a scan; after it all is well, and the status says so.
  @Test func anOverflowIsToldAndPasses() async throws {
    let path = "/proc/sys/fs/inotify/max_queued_events"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let limit = try #require(Int(text.filter(\.isNumber)))
    guard limit <= 100_000 else { return }
    let post = try Post(settle: .zero)
    try await post.attached()
    post.hold(true)
    try post.fixture.write("first", "first")
    try await Task.sleep(for: .milliseconds(100))
    // Two events each, of a name that is passed over.
    for _ in 0...(limit / 2) {
      try post.fixture.write(".x", "")
      #expect(unlink(post.fixture.inbox + "/.x") == 0)
    }
    try post.fixture.write("last", "last")
    post.hold(false)
    #expect(try await post.names(2) == ["first", "last"])
    #expect(post.notes.contains { $0.contains("more events") })
    #expect(post.inbox?.mode == "inotify" && post.inbox?.note == nil)
  }

  /// What the configuration forbids may come to be while the service runs.
  @Test(arguments: ["outbox", "outbox/2026", "state"])
  func anInboxThatBecomesAFolderOfTheService(_ name: String) async throws {
    let post = try Post(
      settle: .zero, before: { try FileManager.default.removeItem(atPath: $0.inbox) })
    let fixture = post.fixture
    let own = fixture.root + "/" + name
    try fixture.makeFolder(own)
    try fixture.write(FileName("report.html"), "r", in: own)
    try await post.until { $0.inbox?.mode == "detached" }
    // It appears as a link.
    #expect(symlink(own, fixture.inbox) == 0)
    let role = String(name.prefix { $0 != "/" })
    try await post.until { $0.inbox?.note?.contains(role) == true }
    #expect(post.inbox?.mode == "detached")
    #expect(post.notes.count == 1)
    // The link gives way to a folder, and this to a link again.
    #expect(unlink(fixture.inbox) == 0)
    try fixture.makeFolder(fixture.inbox)
    try fixture.write("a", "a")
    #expect(try await post.names(1) == ["a"])
    try post.move(fixture.inbox, fixture.root + "/away")
    #expect(symlink(own, fixture.inbox) == 0)
    post.watcher.rescan()
    try await post.until { $0.inbox?.mode == "detached" && $0.inbox?.note?.contains(role) == true }
    #expect(try await post.names(1) == ["a"])
  }
}
