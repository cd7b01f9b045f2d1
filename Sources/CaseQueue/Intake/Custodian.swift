import ForensicCore
import Glibc

/// Looks after originals: brings them where their inbox's disposition wants them, and opens them
/// for examination. Every step may be repeated, at any later time, whatever came in between.
///
/// What is examined is the very inode that is kept: the descriptor handed to the examiner stays
/// open until the file has been hashed again.
package struct Custodian: Sendable {
  package let evidence: EvidenceStore
  package let hasher: FileHasher
  package let crash: CrashSwitch

  /// What became of the original.
  package enum Whereabouts: Hashable, Sendable {
    /// It is (still) in its inbox.
    case inbox
    /// It is in the evidence store only.
    case evidence
    /// It is in the evidence store, but could not be removed from its inbox.
    case both(String)
  }

  /// Opens the original of an exhibit, which must be the file that was taken in.
  package func open(_ exhibit: Case) throws(ExaminationFailure) -> OpenFile {
    if exhibit.disposition != .keep, let digest = exhibit.sha256, let file = evidence.open(digest) {
      return file
    }
    return try openInInbox(exhibit)
  }

  private func openInInbox(_ exhibit: Case) throws(ExaminationFailure) -> OpenFile {
    guard let folder = folder(of: exhibit)
    else { throw Self.unreadable("its folder is not there any more") }
    // It may have been on its way out of the inbox when the service ended.
    let hidden = Self.hiddenName(exhibit)
    let isHidden =
      exhibit.identity != nil && (try? folder.facts(hidden).identity) == exhibit.identity
    let name = isHidden ? hidden : exhibit.name.bytes
    let file: OpenFile
    do {
      guard try folder.facts(name).isRegular else {
        throw Self.unreadable("another kind of file has taken its place")
      }
      file = try Self.openRegular(folder, name)
    } catch let error as QueueError {
      throw Self.unreadable(error.message)
    } catch let error as ExaminationFailure {
      throw error
    } catch {
      throw Self.unreadable("it cannot be opened")
    }
    if let identity = exhibit.identity, (try? file.facts().identity) != identity {
      throw ExaminationFailure(
        code: "file.changed",
        message: "The file in the inbox is not the one that was taken in and hashed.",
        mend: "The file that lies there now is taken in as an exhibit of its own.")
    }
    return file
  }

  /// Opens a regular file without following links or waiting for the other end of a FIFO.
  package static func openRegular(_ folder: Folder, _ name: [UInt8]) throws(QueueError) -> OpenFile
  {
    let file = try OpenFile(
      at: folder.descriptor, name, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard try file.facts().isRegular else {
      throw QueueError(code: "file.kind", message: "not a regular file")
    }
    return file
  }

  /// Carries out the disposition.
  package func secure(_ exhibit: Case) throws -> Whereabouts {
    guard exhibit.disposition != .keep, let digest = exhibit.sha256 else { return .inbox }
    return try evidence.exclusively(digest, hasher) {
      // Read whole where an original goes because of it, and no more often: that costs.
      let isThere =
        try !isToLeave(exhibit) && evidence.holds(digest, size: exhibit.size)
        || evidence.keeps(digest, size: exhibit.size, hasher: hasher)
      if !isThere {
        try evidence.add(
          try openInInbox(exhibit), digest: digest, size: exhibit.size, hasher: hasher)
      }
      return try letGo(exhibit)
    }
  }

  /// Carries out the disposition of a whole group, whose originals are open: all are stored, then
  /// flushed together, then named, flushed, and only then taken out of the inbox.
  ///
  /// - Returns: what went wrong, exhibit by exhibit; `secure` makes up for it later.
  package func secure(_ group: [(exhibit: Case, file: OpenFile)]) throws -> [(Case, any Error)] {
    var troubles = [(Case, any Error)]()
    var stored = [Case]()
    var claimed = Set<SHA256Digest>()
    // Drafted from these very files, or found to be true.
    var sure = Set<SHA256Digest>()
    defer { for digest in claimed { evidence.release(digest) } }
    func trying(_ exhibit: Case, _ body: () throws -> Void) throws -> Bool {
      do {
        try body()
        return true
      } catch let error as CrashSwitch.Crashed {
        throw error
      } catch {
        troubles.append((exhibit, error))
        return false
      }
    }
    // What goes wrong with a sidecar is tried again, and told, before the examination.
    for (exhibit, _) in group where exhibit.sidecar != nil {
      _ = try trying(exhibit) { _ = try keepSidecar(exhibit) }
    }
    for (exhibit, file) in group where exhibit.disposition != .keep {
      guard let digest = exhibit.sha256 else { continue }
      if claimed.insert(digest).inserted { evidence.claim(digest, hasher) }
      let isThere = try trying(exhibit) {
        guard !sure.contains(digest) else { return }
        if try !evidence.keeps(digest, size: exhibit.size, hasher: hasher) {
          // Large ones by themselves: all of them at once could take longer than a watchdog waits.
          try evidence.draft(
            file, digest: digest, size: exhibit.size, hasher: hasher,
            flushes: exhibit.size >= 1 << 20)
        }
        sure.insert(digest)
      }
      if isThere { stored.append(exhibit) }
    }
    guard !stored.isEmpty else { return troubles }
    do { try evidence.flush() } catch {
      for digest in sure { evidence.removeDraft(digest) }
      throw error
    }
    stored = try stored.filter { exhibit in
      try trying(exhibit) {
        guard let digest = exhibit.sha256 else { return }
        if !evidence.holds(digest, size: exhibit.size) {
          try evidence.place(digest, size: exhibit.size, flushes: false)
        }
      }
    }
    try evidence.flush()
    for exhibit in stored {
      _ = try trying(exhibit) {
        if case .both(let why) = try letGo(exhibit) {
          throw QueueError(code: "inbox", message: why)
        }
        _ = try letGoSidecar(exhibit)
      }
    }
    return troubles
  }

  /// Whether the inbox still has an original that is to leave it.
  private func isToLeave(_ exhibit: Case) -> Bool {
    guard exhibit.disposition == .archive, let identity = exhibit.identity,
      let folder = folder(of: exhibit)
    else { return false }
    return folder.exists(Self.hiddenName(exhibit))
      || (try? folder.facts(exhibit.name.bytes).identity) == identity
  }

  /// The name of an original that is being taken out of its inbox.
  private static func hiddenName(_ exhibit: Case) -> [UInt8] {
    Array(".forensicd-taken-\(exhibit.id)".utf8)
  }

  /// The folder that an exhibit lay in.
  func folder(of exhibit: Case) -> Folder? {
    guard let root = try? Folder(path: exhibit.inbox.path) else { return nil }
    return try? Folder(below: root, exhibit.folder)
  }

  private func letGo(_ exhibit: Case) throws -> Whereabouts {
    guard exhibit.disposition == .archive else { return .inbox }
    do {
      try remove(exhibit)
      return .evidence
    } catch let error as QueueError {
      return .both("cannot remove \(exhibit.name.display) from its inbox: \(error.message)")
    }
  }

  /// Takes the original out of its inbox, and never another file that came to have its name: it
  /// is first renamed to a hidden name, looked at, and put back if it is another one.
  private func remove(_ exhibit: Case) throws {
    guard let identity = exhibit.identity, let folder = folder(of: exhibit) else { return }
    let name = exhibit.name.bytes
    let hidden = Self.hiddenName(exhibit)
    if let facts = try? folder.facts(name), facts.identity == identity {
      guard try folder.rename(name, to: folder, hidden) == .done else {
        throw QueueError(code: "system", message: "its hidden name is taken")
      }
      try crash.pass(.originalTaken)
    }
    guard let taken = try? folder.facts(hidden) else { return }
    if taken.identity == identity {
      folder.remove(hidden)
      guard !folder.exists(hidden) else { throw QueueError.system(errno, "cannot remove it") }
      try crash.pass(.originalGone)
    } else if try folder.rename(hidden, to: folder, name) == .taken {
      let other = Array("\(exhibit.id)-".utf8) + name.prefix(200)
      _ = try folder.rename(hidden, to: folder, other)
    }
  }

  private static func unreadable(_ why: String) -> ExaminationFailure {
    ExaminationFailure(
      code: "file.unreadable", message: "The file could not be read: \(why).",
      mend: "Drop it again, and leave it until its report is there.")
  }
}
