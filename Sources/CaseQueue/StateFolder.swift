import ForensicCore
import GRDB
import Glibc

/// The folder of the journal: for one service at a time.
struct StateFolder {
  let path: String
  private let lock: OpenFile

  private static let marker = Array("check-journal".utf8)
  private static let name = "journal.sqlite"

  /// Makes the folder where it is missing, and locks it.
  init(path: String) throws(QueueError) {
    try Folder.make(path: path, mode: 0o750)
    self.path = path
    lock = try OpenFile(path: path + "/lock", flags: O_RDWR | O_CREAT, mode: 0o640)
    guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let owner = (try? lock.readAll(limit: 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      let pid = owner.filter(\.isNumber)
      throw QueueError(
        code: "state.locked",
        message: "another forensicd\(pid.isEmpty ? "" : " (process \(pid))") is using "
          + "\(path.madeVisible); stop it, or give this one a state folder of its own")
    }
    ftruncate(lock.descriptor, 0)
    try lock.write(Array("\(getpid())\n".utf8))
  }

  /// Opens the journal and runs `body` on it, which has to read what a start needs. Where either
  /// finds the journal damaged, it is moved aside and both are done again with an empty one.
  ///
  /// - Returns: also what a person should know about how it was opened.
  func withJournal<Value>(
    _ body: (Journal) throws -> Value
  ) throws -> (journal: Journal, value: Value, notices: [String]) {
    let folder = try Folder(path: path)
    do {
      try refuseStrayLog(folder)
      let journal = try Journal(path: file, thorough: folder.exists(Self.marker))
      do {
        let value = try body(journal)
        folder.remove(Self.marker)
        return (journal, value, [])
      } catch {
        try? journal.pool.close()
        throw error
      }
    } catch  where Journal.isDamage(error) {
      let aside = try moveAside(folder)
      let journal = try Journal(path: file)
      let value = try body(journal)
      // Until here, another start would have to begin with moving aside what is left.
      folder.remove(Self.marker)
      return (
        journal, value,
        [
          "the journal was damaged (\(Self.words(error))); it was moved aside as \(aside) and "
            + "rebuilt from the outbox. Exhibits that were only queued are found again in their "
            + "inboxes or in the evidence store"
        ]
      )
    }
  }

  private var file: String { path + "/" + Self.name }

  /// A write-ahead log beside an empty or missing file: SQLite would throw it away, though it may
  /// hold the whole journal.
  private func refuseStrayLog(_ folder: Folder) throws {
    func size(_ ending: String) -> Int {
      (try? folder.facts(Array((Self.name + ending).utf8)).size) ?? 0
    }
    guard size("") == 0, size("-wal") > 0 else { return }
    throw DatabaseError(
      resultCode: .SQLITE_CORRUPT, message: "the file is empty, its write-ahead log is not")
  }

  private func moveAside(_ folder: Folder) throws -> String {
    let aside = "\(Self.name).damaged-\(Timestamp.now.rfc3339)"
    for ending in ["", "-wal", "-shm"] {
      let old = Array((Self.name + ending).utf8)
      guard folder.exists(old) else { continue }
      try folder.replace(Array((aside + ending).utf8), by: old)
    }
    try folder.sync()
    return aside
  }

  private static func words(_ error: any Error) -> String {
    (error as? DatabaseError)?.message ?? "\(error)"
  }

  /// Has the next start read every page of the journal, whatever its size.
  func suspectJournal() {
    guard let folder = try? Folder(path: path) else { return }
    _ = try? folder.write(Self.marker, [])
  }
}
