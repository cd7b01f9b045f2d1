import CaseQueue
import Crypto
import ForensicCore
import Foundation
import Synchronization
import Testing

/// What the evidence store promises: the bytes of each digest, whoever wishes otherwise.
@Suite(.timeLimit(.minutes(1))) struct EvidenceTests {
  private func digest(_ text: String) throws -> ForensicCore.SHA256Digest {
    try #require(SHA256Digest(bytes: SHA256.hash(data: Data(text.utf8))))
  }

  private func store(
    _ fixture: QueueFixture, room: DiskRoom = DiskRoom()
  ) throws -> EvidenceStore {
    try EvidenceStore(path: fixture.state + "/evidence", crash: CrashSwitch(), room: room)
  }

  private func path(_ digest: ForensicCore.SHA256Digest, _ fixture: QueueFixture) -> String {
    "\(fixture.state)/evidence/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2))"
  }

  /// Its sender may still have it open, and another link to it.
  @Test func anArchivedOriginalIsOutOfItsSendersReach() async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue(fixture.configuration(.archive))
    try await queue.start()
    try fixture.write(FileName("x"), "evidence", in: fixture.root)
    let sender = try OpenFile(path: fixture.root + "/x", flags: O_RDWR)
    #expect(link(fixture.root + "/x", fixture.root + "/second") == 0)
    #expect(rename(fixture.root + "/x", fixture.inbox + "/x.jpg") == 0)
    try await fixture.settle(queue, ends: 1)
    await queue.stop(within: .seconds(2))
    #expect(pwrite(sender.descriptor, "CHANGED!", 8, 0) == 8)
    let digest = try digest("evidence")
    let stored = try #require(try store(fixture).open(digest))
    #expect(try FileHasher().hash(stored)?.digest == digest)
    let (theirs, ours) = (try sender.facts(), try stored.facts())
    #expect(theirs.inode != ours.inode)
    #expect(ours.mode & 0o222 == 0)
    #expect(!FileManager.default.fileExists(atPath: fixture.inbox + "/x.jpg"))
  }

  /// An original is not let go because a file has the name and the length of its digest.
  @Test(
    arguments: [QueueConfiguration.Disposition.archive, .copy], ["EVIDENCE", "shorter", ""])
  func whatIsNotTheEvidenceIsMovedAside(
    _ disposition: QueueConfiguration.Disposition, _ rotten: String
  ) async throws {
    let fixture = try QueueFixture()
    let queue = try fixture.queue(fixture.configuration(disposition))
    try await queue.start()
    try fixture.write("first.jpg", "evidence")
    try await fixture.settle(queue, ends: 1)
    let digest = try digest("evidence")
    let place = path(digest, fixture)
    #expect(unlink(place) == 0)
    try rotten.write(toFile: place, atomically: false, encoding: .utf8)
    try fixture.write("second.jpg", "evidence")
    try await fixture.settle(queue, ends: 2)
    let status = await queue.status()
    await queue.stop(within: .seconds(2))
    #expect(status.quarantined == 0)
    #expect(status.lastError?.message.contains("moved aside") == true)
    #expect(try String(contentsOfFile: place, encoding: .utf8) == "evidence")
    let shelf = (place as NSString).deletingLastPathComponent
    let names = try FileManager.default.contentsOfDirectory(atPath: shelf)
    let aside = try #require(names.first { $0.contains(".damaged-") })
    #expect(try String(contentsOfFile: shelf + "/" + aside, encoding: .utf8) == rotten)
    let isThere = FileManager.default.fileExists(atPath: fixture.inbox + "/second.jpg")
    #expect(isThere == (disposition == .copy))
  }

  /// The service ended when the original had its hidden name, and what it was let go for has rotted.
  @Test func anOriginalOnItsWayOutIsFound() async throws {
    let fixture = try QueueFixture()
    let configuration = fixture.configuration(.archive, settle: .zero)
    try fixture.write("a.jpg", "evidence")
    let first = try fixture.queue(configuration, crash: CrashSwitch { $0 == .originalTaken })
    try await first.start()
    try await fixture.wait(first) { $0.state == "stopped" }
    await first.stop(within: .seconds(1))
    let place = path(try digest("evidence"), fixture)
    #expect(unlink(place) == 0)
    try "EVIDENCE".write(toFile: place, atomically: false, encoding: .utf8)
    let second = try fixture.queue(configuration)
    try await second.start()
    try await fixture.settle(second, ends: 1)
    await second.stop(within: .seconds(1))
    #expect(try fixture.reports().map(\.exhibit.name) == ["a.jpg"])
    #expect(try String(contentsOfFile: place, encoding: .utf8) == "evidence")
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.inbox).isEmpty)
  }

  enum Failure: CaseIterable { case anotherDigest, givenUp, noRoom }

  @Test(arguments: Failure.allCases) func noDraftIsLeft(_ failure: Failure) throws {
    let fixture = try QueueFixture()
    try fixture.write("a", String(repeating: "a", count: 3 << 20))
    let file = try OpenFile(path: fixture.inbox + "/a", flags: O_RDONLY)
    let hash = try #require(try FileHasher().hash(file))
    let store = try store(
      fixture,
      room: DiskRoom(mayClone: false) { _ in failure == .noRoom ? hash.size - 1 : hash.size })
    let digest = failure == .anotherDigest ? try digest("another") : hash.digest
    let error = #expect(throws: (any Error).self) {
      try store.add(
        file, digest: digest, size: hash.size,
        hasher: FileHasher(goesOn: { failure != .givenUp }))
    }
    switch failure {
    case .anotherDigest: #expect((error as? QueueError)?.code == "file.changed")
    case .givenUp: #expect(error is CancellationError)
    case .noRoom: #expect((error as? QueueError)?.code == "evidence.no-room")
    }
    #expect(try store.root.names().isEmpty)
  }

  /// Where blocks can be shared and where they cannot.
  @Test(arguments: [true, false]) func aCopyIsTheFile(_ mayClone: Bool) throws {
    let fixture = try QueueFixture()
    let text = String(repeating: "evidence", count: 300_000)
    try fixture.write("a", text)
    let store = try store(fixture, room: DiskRoom(mayClone: mayClone))
    let file = try OpenFile(path: fixture.inbox + "/a", flags: O_RDONLY)
    let digest = try digest(text)
    try store.add(file, digest: digest, size: text.utf8.count, hasher: FileHasher())
    let stored = try #require(store.open(digest))
    #expect(try stored.readAll() == Array(text.utf8))
    #expect(try stored.facts().modified == file.facts().modified)
  }

  @Test func someRoomIsAlwaysLeft() throws {
    let fixture = try QueueFixture()
    let folder = try Folder(path: fixture.state)
    var facts = statvfs()
    #expect(fstatvfs(folder.descriptor, &facts) == 0)
    guard facts.f_blocks > 0 else { return }
    let room = try #require(DiskRoom.onDisk(folder.descriptor))
    #expect(room < Int(facts.f_blocks * facts.f_frsize))
  }

  @Test(arguments: [QueueConfiguration.Disposition.archive, .copy])
  func anExhibitWaitsForRoom(_ disposition: QueueConfiguration.Disposition) async throws {
    let fixture = try QueueFixture()
    let free = Mutex(10)
    let looks = Mutex(0)
    let configuration = fixture.configuration(disposition, delays: [.zero])
    let room = DiskRoom(mayClone: false) { _ in
      looks.withLock { $0 += 1 }
      return free.withLock { $0 }
    }
    var queue = try fixture.queue(configuration, room: room)
    try await queue.start()
    try fixture.write("large.jpg", "more than ten bytes")
    try await fixture.wait(queue) { $0.failed == 1 }
    #expect(await queue.status().lastError?.message.contains("no room") == true)
    // The others go on, and however often it is tried, it only waits.
    try fixture.write("small.jpg", "small")
    try await fixture.wait(queue) { $0.reported == 1 }
    try await fixture.wait(queue) { _ in looks.withLock { $0 } >= 5 }
    let waiting = try #require(try await queue.queue().first)
    #expect(waiting.error?.code == "evidence.no-room" && waiting.attempts == 0)
    // Its way says so once, whatever the pauses between attempts.
    let way = try await queue.show(exhibit: waiting.id).custody.map(\.state)
    #expect(way == ["received", "settled", "queued", "failed"])
    let before = looks.withLock { $0 }
    try await Task.sleep(for: .milliseconds(500))
    #expect(looks.withLock { $0 } <= before + 1)
    // The next run tells of it too.
    await queue.stop(within: .seconds(2))
    queue = try fixture.queue(configuration, room: room)
    try await queue.start()
    try await fixture.wait(queue) { $0.lastError?.message.contains("no room") == true }
    #expect(try await queue.show(exhibit: waiting.id).custody.map(\.state) == way)
    #expect(FileManager.default.fileExists(atPath: fixture.inbox + "/large.jpg"))
    #expect(try store(fixture).root.names().allSatisfy { $0.count == 2 })
    free.withLock { $0 = 1000 }
    try await fixture.settle(queue, ends: 2)
    await queue.stop(within: .seconds(2))
    #expect(try fixture.reports().map(\.exhibit.name).sorted() == ["large.jpg", "small.jpg"])
    #expect(try store(fixture).holds(digest("more than ten bytes"), size: 19))
  }
}
