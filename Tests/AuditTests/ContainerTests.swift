import Audit
import ExaminerPool
import Foundation
import Testing

/// What the process that reads containers sends, and does not get through with.
@Suite("Containers") struct ContainerTests {
  /// An unpacker that has been taken over: it sends the same member for ever.
  @Test(arguments: [(entries: 3, total: 1 << 20, members: 3), (1_000_000, 10, 2)])
  func noMoreIsTakenThanTheLimits(entries: Int, total: Int, members: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "container-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = folder.appending(path: "unpacker").path
    // An entry named `a`, four bytes of it, its end.
    let script = """
      #!/bin/sh
      i=0; while [ $i -lt 200 ]; do printf '\\033[31mred\\n' >&2; i=$((i + 1)); done
      while printf 'E\\022\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0a' >&3 &&
        printf 'D\\004\\0\\0\\0xxxxX\\0\\0\\0\\0' >&3
      do :; done
      """
    try script.write(toFile: program, atomically: true, encoding: .utf8)
    #expect(chmod(program, 0o700) == 0)
    let container = open(program, O_RDONLY | O_CLOEXEC)
    defer { close(container) }
    var remarks = [String]()
    var limits = ContainerLimits(member: 1 << 20)
    limits.entries = entries
    var numbers = [Int]()
    let failure = try ContainerReader(
      program: program, limits: limits, total: total, log: { remarks.append($0) }
    ).read(
      container, wants: { _, name in name == Array("a".utf8) },
      visit: { member in
        numbers.append(member.number)
        return numbers.count < 100
      })
    #expect(failure?.code == "container.crashed")
    #expect(numbers == Array(1...members))
    // Nothing of what it remarks reaches a terminal as it is, and not all of it.
    #expect(remarks.count == ErrorOutput.mostLines + 1)
    #expect(remarks.allSatisfy { !$0.utf8.contains(0x1b) })
  }
}
