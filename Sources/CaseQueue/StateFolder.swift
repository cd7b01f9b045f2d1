import ForensicCore
import GRDB
import Glibc

/// The folder of the journal: for one service at a time.
struct StateFolder {
  let path: String
  private let lock: OpenFile

  private static let marker = Array("check-journal".utf8)

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

  /// The journal, and what a person should know about how it was opened.
  func openJournal() throws -> (journal: Journal, isNew: Bool, notices: [String]) {
    let folder = try Folder(path: path)
    let file = path + "/journal.sqlite"
    let isNew = !folder.exists(Array("journal.sqlite".utf8))
    do {
      let journal = try Journal(path: file, thorough: folder.exists(Self.marker))
      folder.remove(Self.marker)
      return (journal, isNew, [])
    } catch  where Journal.isDamage(error) {
      let aside = "journal.sqlite.damaged-\(Clock.now().rfc3339)"
      for ending in ["", "-wal", "-shm"] {
        let old = Array("journal.sqlite\(ending)".utf8)
        guard folder.exists(old) else { continue }
        try folder.replace(Array((aside + ending).utf8), by: old)
      }
      try folder.sync()
      folder.remove(Self.marker)
      let notice =
        "the journal was damaged; it was moved aside as \(aside) and rebuilt from the "
        + "outbox. Exhibits that were only queued are found again in their inboxes"
      return (try Journal(path: file), true, [notice])
    }
  }

  /// Has the next start read every page of the journal, whatever its size.
  func suspectJournal() {
    guard let folder = try? Folder(path: path) else { return }
    _ = try? folder.write(Self.marker, [])
  }
}
