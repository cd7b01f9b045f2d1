import Audit
import ForensicCore
import Foundation
import Testing

/// The state of an audit that is begun, killed and gone on with: every `open` is a run.
@Suite("The state of an audit")
final class StoreTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID())")
    .path

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static let settings = AuditSettings(
    input: "/archive",
    provenance: .init(
      version: "1", bundle: "none", bundleDigest: nil, configurationDigest: nil, command: "x"))

  private func open() throws -> AuditStore {
    try #require(try AuditStore.open(folder: folder, settings: Self.settings))
  }

  private static func place(_ path: String, _ position: String = "") -> AuditRecord.Place {
    .init(path: Array(path.utf8), position: position, member: position.isEmpty ? nil : [0x6d])
  }

  /// A line of a file of 10 bytes, last changed at 1 ms.
  private static func line(
    _ path: String, _ position: String = "", members: Int? = nil, error: String? = nil,
    size: Int = 10
  ) -> AuditRecord {
    var record = AuditRecord(
      place: place(path, position),
      status: error != nil ? .failed : members != nil ? .container : .camera, size: size,
      modified: 1)
    record.members = members
    record.errorCode = error
    return record
  }

  private func run(_ body: (AuditStore) throws -> Void) throws {
    let store = try open()
    try body(store)
    try store.flush()
  }

  private func places() throws -> [String] {
    var found = [String]()
    try run { store throws in
      try store.forEach {
        found.append(String(decoding: $0.place.path, as: UTF8.self) + " " + $0.place.position)
      }
    }
    return found
  }

  private func isDone(_ store: AuditStore, _ path: String, _ position: String = "") throws -> Bool {
    try store.isDone(Self.place(path, position), size: 10, modified: 1)
  }

  @Test("lines of what is not there any more go at the end; of what cannot be seen they stay")
  func stale() throws {
    try run { store throws in
      for path in ["a", "b", "d/x", "d/y", "d.jpg", "e"] { try store.add(Self.line(path)) }
      for position in ["00000001", "00000002"] { try store.add(Self.line("z", position)) }
      try store.add(Self.line("z", members: 2))
      #expect(!store.isResumed)
      try store.removeStale()
    }
    #expect(try places().count == 9)
    try run { store throws in
      for path in ["a", "z"] {
        #expect(try isDone(store, path))
        try store.notePresent(Self.place(path))
      }
      try store.noteHidden(below: Array("d".utf8))
      try store.add(Self.line("e", size: 11))
      try store.removeStale()
    }
    #expect(try places() == ["a ", "d/x ", "d/y ", "e ", "z ", "z 00000001", "z 00000002"])
  }

  @Test("nothing of an archive is there: rather it is not mounted")
  func nothing() throws {
    try run { try $0.add(Self.line("a")) }
    try run { store throws in #expect(throws: AuditError.self) { try store.removeStale() } }
    #expect(try places() == ["a "])
  }

  @Test("members are those of the container that was begun, of its size and time")
  func container() throws {
    let path = Array("z".utf8)
    try run { store throws in
      #expect(try !store.beginContainer(path, size: 10, modified: 1))
      for number in 1...5 { try store.add(Self.line("z", "0000000\(number)")) }
      try store.add(Self.line("z", members: 5))
    }
    try run { store throws in
      #expect(try store.beginContainer(path, size: 10, modified: 1))
      #expect(try isDone(store, "z", "00000003"))
    }
    // Replaced, and killed before its second member and the end.
    try run { store throws in
      #expect(try !store.beginContainer(path, size: 10, modified: 2))
      try store.add(Self.line("z", "00000001"))
    }
    #expect(try places() == ["z 00000001"])
  }

  @Test("a file where a container was has no members, killed before the end or not")
  func noContainer() throws {
    try run { store throws in
      try store.add(Self.line("z", "00000001"))
      try store.add(Self.line("z", members: 1))
    }
    try run { try $0.add(Self.line("z", size: 11)) }
    #expect(try places() == ["z "])
  }

  @Test(
    "members of a container that cannot be opened any more stay, as long as it is the same",
    arguments: [(10, ["z ", "z 00000001"]), (11, ["z "])], [false, true])
  func closedContainer(found: (size: Int, left: [String]), hasOwn: Bool) throws {
    let (size, left) = found
    try run { store throws in
      _ = try store.beginContainer(Array("z".utf8), size: 10, modified: 1)
      try store.add(Self.line("z", "00000001"))
      if hasOwn { try store.add(Self.line("z", members: 1)) }
    }
    try run { store throws in
      try store.add(Self.line("z", error: "file.unreadable", size: size))
      try store.removeStale()
      #expect(try store.isKnown(Array("z".utf8)) == (hasOwn && size == 10))
    }
    #expect(try places() == left)
  }

  @Test(
    "what failed for a passing reason is tried again, and a container for its members' sake",
    arguments: [
      ("file.unreadable", true), ("file.changed", true), ("limit.time", true),
      ("limit.memory", true), ("examiner.crashed", true), ("container.crashed", true),
      ("limit.file-size", false), ("format.malformed", false), ("container.malformed", false),
    ])
  func passing(code: String, isTriedAgain: Bool) throws {
    try run { store throws in
      try store.add(Self.line("a", error: code))
      try store.add(Self.line("z", "00000001"))
      try store.add(Self.line("z", "00000002/00000001", error: code))
      try store.add(Self.line("z", "00000002", members: 1))
      try store.add(Self.line("z", members: 2))
    }
    try run { store throws in
      for (path, position) in [("a", ""), ("z", ""), ("z", "00000002")] {
        #expect(try isDone(store, path, position) != isTriedAgain, "\(path) \(position)")
      }
      #expect(try isDone(store, "z", "00000001"))
      #expect(try store.isKnown(Array("a".utf8)) != isTriedAgain)
      #expect(try store.isKnown(Array("z".utf8)))
    }
  }

  @Test("an audit that finished before the lock was had is not begun anew")
  func finished() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let settings = String(decoding: try JSONEncoder().encode(Self.settings), as: UTF8.self)
    let time = "2026-01-01T00:00:00.000Z"
    let note = """
      {"settings":\(settings),"started":"\(time)","finished":"\(time)","host":"h","runs":1,"files":0}
      """
    try Data(note.utf8).write(to: URL(filePath: folder + "/run.json"))
    #expect(try AuditStore.open(folder: folder, settings: Self.settings) == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["run.json"])
  }

  @Test("the state of an audit that has not finished, or is in use, is left alone")
  func leftovers() throws {
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
    try run { try $0.add(Self.line("a")) }
    let before = try names()
    #expect(before.contains("state.sqlite") && before.contains("lock"))
    AuditStore.removeLeftovers(folder: folder)
    #expect(try names() == before, "it has not finished")
    try Data("{}".utf8).write(to: URL(filePath: folder + "/run.json"))
    let held = try AuditLock(folder: folder)
    AuditStore.removeLeftovers(folder: folder)
    #expect(try names() == (before + ["run.json"]).sorted(), "another process is at it")
    withExtendedLifetime(held) {}
    held.remove()
  }

  @Test("the state of a finished audit is taken away")
  func finishedLeftovers() throws {
    try run { try $0.add(Self.line("a")) }
    try Data("{}".utf8).write(to: URL(filePath: folder + "/run.json"))
    AuditStore.removeLeftovers(folder: folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["run.json"])
  }

  @Test("the folder of a list's paths is the one that it was begun with")
  func base() throws {
    var settings = Self.settings
    settings.base = "/one"
    _ = try #require(try AuditStore.open(folder: folder, settings: settings))
    settings.base = "/two"
    let again = try #require(try AuditStore.open(folder: folder, settings: settings))
    #expect(again.settings.base == "/one")
  }
}
