import Foundation
import Testing

/// Audits that are gone on with after something has changed. The first run reads its list from a
/// FIFO, so that it is killed where it is wanted; a file with the whole list then takes its place.
@Suite("forensicctl audit, gone on with", .enabled(if: Programs.areBuilt, "not built"))
struct ResumeTests {
  private let archive: AuditArchive
  private let list: String
  private let output: String

  init() throws {
    archive = try AuditArchive()
    list = archive.output("list")
    output = archive.output("out")
  }

  /// A run that has lines of these paths, and of the members that are named, and no end.
  private func begin(_ paths: [String], members: [String] = []) throws {
    #expect(mkfifo(list, 0o600) == 0)
    let writer = open(list, O_RDWR | O_CLOEXEC)
    try #require(writer >= 0)
    defer { close(writer) }
    let process = try Programs.start(["audit", list, "-o", output], in: archive.files)
    let bytes = Array((paths.joined(separator: "\n") + "\n").utf8)
    #expect(write(writer, bytes, bytes.count) == bytes.count)
    let words = paths + members
    let end = Date().addingTimeInterval(60)
    while archive.count(words, inState: output) < words.count, Date() < end { usleep(20_000) }
    #expect(archive.count(words, inState: output) == words.count)
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try FileManager.default.removeItem(atPath: list)
  }

  private func audit(_ paths: [String], into output: String, in folder: URL) throws {
    try Data((paths.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: list))
    let run = try Programs.control(["audit", list, "-o", output], in: folder)
    #expect(run.status == 0, "\(run.error)")
  }

  @Test("relative paths of a list are below the folder that it was begun in")
  func elsewhere() throws {
    try archive.fill(pictures: 3)
    let paths = ["again.jpg", "folder-1/1.jpg", "folder-2/2.jpg"]
    try begin(["again.jpg", "folder-1/1.jpg"])
    try audit(paths, into: output, in: archive.folder)
    let whole = archive.output("whole")
    try audit(paths, into: whole, in: archive.files)
    #expect(try archive.results(output) == archive.results(whole))
    #expect(try archive.lines(output).count { $0["sha256"] != nil } == 3)
  }

  @Test("a container that was replaced, and a file that is no more listed, leave nothing behind")
  func replaced() throws {
    func zip(_ members: Int, _ letter: String) -> [UInt8] {
      var zip = StoredZip()
      for number in 1...members {
        zip.add(Array("m\(number).jpg".utf8), Array("not a picture \(letter)".utf8))
      }
      return zip.archive
    }
    try archive.fill(pictures: 2)
    try archive.write(zip(5, "a"), as: "a.zip")
    try begin(
      ["a.zip", "folder-0/0.jpg", "folder-1/1.jpg"],
      members: (1...5).map { "m\($0).jpg" })
    // Members of the same names, sizes and times; other bytes.
    try archive.write(zip(2, "b"), as: "a.zip")
    let paths = ["a.zip", "folder-0/0.jpg"]
    try audit(paths, into: output, in: archive.files)
    let whole = archive.output("whole")
    try audit(paths, into: whole, in: archive.files)
    #expect(try archive.results(output) == archive.results(whole))
    #expect(try archive.lines(output).count == 4)
  }

  @Test("a file that was examined and cannot be read any more keeps its line")
  func unreadable() throws {
    try archive.fill(pictures: 2)
    let paths = ["folder-0/0.jpg", "folder-1/1.jpg"]
    try begin(paths)
    try FileManager.default.removeItem(at: archive.files.appending(path: paths[1]))
    try audit(paths, into: output, in: archive.files)
    #expect(try archive.lines(output).count { $0["sha256"] != nil && $0["error"] == nil } == 2)
  }

  /// A terabyte or more of nothing: hashing it would take an hour.
  @Test("a file over the limit is not read", .timeLimit(.minutes(2)))
  func giant() throws {
    let path = archive.files.appending(path: "giant.jpg").path
    let descriptor = open(path, O_CREAT | O_RDWR, 0o600)
    var size = 1 << 46
    while ftruncate(descriptor, size) != 0, size > 1 << 33 { size >>= 1 }
    close(descriptor)
    try audit(["giant.jpg"], into: output, in: archive.files)
    let line = try #require(try archive.lines(output).first)
    #expect((line["error"] as? [String: Any])?["code"] as? String == "limit.file-size")
    #expect(line["sha256"] == nil && line["size"] as? Int == size)
    let examined = try Programs.control(["examine", "--json", path])
    #expect(examined.status == 1 && examined.lines.count == 1)
  }
}
