import ForensicCore
import Glibc

/// `reports.jsonl`: one line a finished exhibit.
///
/// Its length is part of the journal's transactions. What a killed run wrote beyond it, a torn
/// line or a line whose transaction never came, is cut off at the next start.
package final class ReportsLog {
  package static let name = Array("reports.jsonl".utf8)
  private let outbox: Folder
  private let crash: CrashSwitch
  private var file: OpenFile
  private var inode: UInt64
  /// Bytes that are in the journal's transactions.
  package private(set) var length: Int

  /// Opens the log, cut back to the length the journal knows.
  ///
  /// - Parameter journaled: `nil` where the journal does not know: then only a torn last line is
  ///   cut off.
  package init(outbox: Folder, journaled: Int?, crash: CrashSwitch) throws {
    self.outbox = outbox
    self.crash = crash
    (file, inode, length) = try Self.open(outbox)
    var keep = length
    // A length inside a line means that somebody else has rewritten the file.
    if let journaled, journaled <= length, try endsLine(at: journaled) { keep = journaled }
    while try !endsLine(at: keep) { keep = try lineStart(before: keep) }
    if keep < length {
      guard ftruncate(file.descriptor, keep) == 0 else {
        throw QueueError.system(errno, "cannot cut reports.jsonl")
      }
      try file.sync()
      length = keep
    }
  }

  private static func open(_ outbox: Folder) throws(QueueError) -> (OpenFile, UInt64, Int) {
    let file = try OpenFile(
      at: outbox.descriptor, name, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o644)
    let facts = try file.facts()
    guard facts.isRegular else {
      throw QueueError(code: "system", message: "reports.jsonl is not a regular file")
    }
    return (file, facts.inode, facts.size)
  }

  /// Writes lines behind what is known; they count once `commit` says so. Gives the new length.
  package func append(_ lines: [[UInt8]]) throws -> Int {
    if (try? outbox.facts(Self.name).inode) != inode {
      // Somebody moved it away (a log rotation): go on with a new one.
      (file, inode, length) = try Self.open(outbox)
    }
    try followCut()
    let bytes = lines.flatMap { $0 }
    let half = bytes.count / 2
    try put(bytes[..<half], at: length)
    try crash.pass(.logHalfWritten)
    try put(bytes[half...], at: length + half)
    guard fdatasync(file.descriptor) == 0 else {
      throw QueueError.system(errno, "cannot flush reports.jsonl")
    }
    try crash.pass(.logWritten)
    return length + bytes.count
  }

  /// Somebody cut it while it was open (a log rotation that copies and truncates): goes on at its
  /// end, which is that of a line. Written where the end was before, the gap would be read as NULs.
  private func followCut() throws {
    let size = try file.facts().size
    guard size < length else { return }
    length = size
    while try !endsLine(at: length) { length = try lineStart(before: length) }
    guard length == size || ftruncate(file.descriptor, length) == 0 else {
      throw QueueError.system(errno, "cannot cut reports.jsonl")
    }
  }

  package func commit(_ length: Int) { self.length = length }

  /// The last lines, latest first, each with its newline.
  package func latest(_ limit: Int) throws -> [[UInt8]] {
    try followCut()
    var lines = [[UInt8]]()
    var end = length
    while end > 0 && lines.count < limit {
      let start = try lineStart(before: end)
      var line = [UInt8](repeating: 0, count: end - start)
      let count = pread(file.descriptor, &line, line.count, start)
      guard count == line.count else { break }
      lines.append(line)
      end = start
    }
    return lines
  }

  /// The folders of all lines: whatever stands in quotes with a slash in it.
  package func folders() throws -> Set<[UInt8]> {
    var folders = Set<[UInt8]>()
    var offset = 0
    var rest = [UInt8]()
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while offset < length {
      let count = pread(file.descriptor, &chunk, min(chunk.count, length - offset), offset)
      guard count > 0 else { throw QueueError.system(errno, "cannot read reports.jsonl") }
      offset += count
      rest += chunk[..<count]
      let end = (rest.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
      for text in rest[..<end].split(separator: UInt8(ascii: "\""))
      where text.contains(UInt8(ascii: "/")) { folders.insert(Array(text)) }
      rest.removeFirst(end)
    }
    return folders
  }

  private func put(_ bytes: ArraySlice<UInt8>, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(
          file.descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
      }
      if count < 0 && errno != EINTR {
        throw QueueError.system(errno, "cannot write reports.jsonl")
      }
      done += max(0, count)
    }
  }

  private func endsLine(at offset: Int) throws -> Bool {
    guard offset > 0 else { return true }
    var byte: UInt8 = 0
    guard pread(file.descriptor, &byte, 1, offset - 1) == 1 else { return false }
    return byte == UInt8(ascii: "\n")
  }

  /// Where the line that ends at `end` begins.
  private func lineStart(before end: Int) throws -> Int {
    var chunk = [UInt8](repeating: 0, count: 4096)
    var upper = max(0, end - 1)
    while upper > 0 {
      let lower = max(0, upper - chunk.count)
      let count = pread(file.descriptor, &chunk, upper - lower, lower)
      guard count == upper - lower else {
        throw QueueError.system(errno, "cannot read reports.jsonl")
      }
      if let index = chunk[..<count].lastIndex(of: UInt8(ascii: "\n")) { return lower + index + 1 }
      upper = lower
    }
    return 0
  }
}
