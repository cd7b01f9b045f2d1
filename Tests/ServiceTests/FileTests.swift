import ForensicCore
import Foundation
import Service
import Testing

/// Files as the commands read and write them, in folders that others may write in too.
@Suite struct FileTests {
  private func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test(arguments: [
    (Int.max, 0, "9999-12-31T23:59:59.999Z"), (Int.min, 0, "0000-01-01T00:00:00.000Z"),
    (Int.max / 1000, 999_999_999, "9999-12-31T23:59:59.999Z"),
    (253_402_300_800, 0, "9999-12-31T23:59:59.999Z"), (0, 7_000_000, "1970-01-01T00:00:00.007Z"),
  ])
  func `a time of any year can be written and read`(
    _ seconds: Int, _ nanoseconds: Int, _ expected: String
  ) {
    let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    #expect(time.rfc3339 == expected)
    #expect(Timestamp(rfc3339: expected) == time)
  }

  @Test func `a draft follows no link that lies in its place`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (victim, target) = (folder + "/victim", folder + "/report.json")
    try Data("precious".utf8).write(to: URL(filePath: victim))
    try FileManager.default.createSymbolicLink(
      atPath: target + ".tmp-\(getpid())", withDestinationPath: victim)
    try FileSystem.write(Array("new".utf8), path: target)
    #expect(try FileSystem.read(path: victim) == Array("precious".utf8))
    #expect(try FileSystem.read(path: target) == Array("new".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
  }

  @Test(.timeLimit(.minutes(1))) func `a FIFO in a file's place is refused`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(mkfifo(folder + "/report.json", 0o600) == 0)
    #expect { try FileSystem.read(path: folder + "/report.json") } throws: {
      "\($0)".contains("not a regular file")
    }
    #expect { try FileSystem.read(path: folder) } throws: { ($0 as? SystemError)?.code == EISDIR }
  }

  @Test func `a folder in a file's place is told what to do with it`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let failure = #expect(throws: ExaminationFailure.self) {
      try ExhibitFile(path: Array(folder.utf8))
    }
    #expect(failure?.message.hasSuffix("it is a folder") == true)
    #expect(failure?.mend?.contains("forensicctl audit") == true)
  }

  /// 64 TiB of nothing: hashing it would take days.
  @Test(.timeLimit(.minutes(1))) func `a file over the limit is refused unread`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/giant.jpg"
    let descriptor = open(path, O_CREAT | O_RDWR, 0o600)
    #expect(descriptor >= 0)
    defer { close(descriptor) }
    // As long as the file system lets one be.
    var size = 1 << 46
    while ftruncate(descriptor, size) != 0, size > 1 << 33 { size >>= 1 }
    #expect { try ExhibitFile(path: Array(path.utf8), limit: 1 << 20) } throws: {
      ($0 as? ExaminationFailure)?.code == "limit.file-size"
    }
    // Without a limit it is given up when the run ends.
    var asked = 0
    #expect(throws: ExaminationFailure.self) {
      try ExhibitFile(
        descriptor: dup(descriptor),
        goesOn: { _ in
          asked += 1
          return asked < 4
        })
    }
    #expect(asked == 4)
  }
}
