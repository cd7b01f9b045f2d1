import ForensicCore
import Glibc

/// One inbox being watched. Lives on the watcher's thread.
///
/// The folder's descriptor is not kept open between two looks: that would keep its file system
/// from being unmounted.
final class InboxWatch {
  enum Mode {
    case detached(since: Int64, why: String)
    case events(Inotify)
    case polling(why: String)
  }

  let inbox: QueueConfiguration.Inbox
  let record: InboxRecord
  let filter: NameFilter
  let outlets: WatcherOutlets
  let rescanInterval: Int64
  let pollInterval: Int64
  /// The folders that the service writes to, by their roles.
  private let ownFolders: [(role: String, path: String)]

  var mode: Mode = .detached(since: 0, why: "not looked at yet")
  /// Watched directory → path below the inbox.
  var folders: [Int32: [UInt8]] = [:]
  var settling: SettlingSet
  /// The folder while it is attached.
  var root: FileNode?
  var nextCheck: Int64 = 0
  var nextScan: Int64 = 0
  var lastScan: Timestamp?
  /// When events are to be tried again, where watches had run out: somebody may have given some back.
  var nextTry: Int64?
  /// The folders that could not be looked into.
  var troubles = ScanTroubles()
  var isStopping: () -> Bool = { false }

  init(
    _ inbox: QueueConfiguration.Inbox, record: InboxRecord, configuration: QueueConfiguration,
    outlets: WatcherOutlets
  ) {
    self.inbox = inbox
    self.record = record
    self.outlets = outlets
    filter = NameFilter(inbox)
    rescanInterval = configuration.rescanInterval.nanoseconds
    pollInterval = configuration.pollInterval.nanoseconds
    ownFolders = configuration.ownFolders
    settling = SettlingSet(settleTime: inbox.settleTime)
  }

  var inotify: Inotify? { if case .events(let inotify) = mode { inotify } else { nil } }
  var isPolling: Bool { if case .polling = mode { true } else { false } }
  var isDetached: Bool { if case .detached = mode { true } else { false } }

  /// Does whatever is due by now.
  func tick(_ now: Int64) {
    if now >= nextCheck {
      nextCheck = now + 1_000_000_000
      checkRoot(now)
    }
    if !isDetached && now >= nextScan { scanAll() }
    settle(now)
  }

  /// When `tick` has something to do next.
  var nextTick: Int64 { min(nextCheck, settling.nextDeadline ?? .max) }

  var status: QueueStatus.Inbox {
    var mode = "inotify"
    var why = troubles.words
    switch self.mode {
    case .events: break
    case .polling(let reason):
      mode = "polling"
      why = why ?? reason
    case .detached(_, let reason):
      mode = "detached"
      why = reason
    }
    return QueueStatus.Inbox(
      name: inbox.name, path: inbox.path, mode: mode, note: why, settling: settling.count,
      lastScan: lastScan)
  }

  // MARK: The folder itself

  /// Attaches the folder when it is there, and notices when it is gone, replaced, or when another
  /// file system was mounted over it, of which no event tells.
  private func checkRoot(_ now: Int64) {
    do {
      let folder = try Folder(path: inbox.path)
      let facts = try folder.file.facts()
      if root == facts.node, !isDetached { return }
      if let conflict = conflict(folder) { return refuse(conflict, now) }
      attach(folder, facts, now)
    } catch {
      detach(error.message, now)
    }
  }

  /// The folder, as long as it is the one that was attached: another one may have its path by now,
  /// and has to be looked at first.
  func openRoot() -> Folder? {
    guard let folder = try? Folder(path: inbox.path), let facts = try? folder.file.facts(),
      root == facts.node
    else { return nil }
    return folder
  }

  /// What forbids this very folder. The configuration was checked against the file system of its
  /// time, and whoever may write beside an inbox can put a link to the outbox in its place.
  private func conflict(_ folder: Folder) -> String? {
    let place = FolderPlace("/proc/self/fd/\(folder.descriptor)")
    return ownFolders.lazy.compactMap { [inbox] role, path in
      inbox.conflict(at: place, with: role, FolderPlace(path))
    }.first
  }

  private func refuse(_ why: String, _ now: Int64) {
    if case .detached(_, why) = mode {} else { outlets.note("not watched: \(why)") }
    detach(why, now)
  }

  func detach(_ why: String, _ now: Int64) {
    folders.removeAll()
    settling.removeAll()
    root = nil
    nextTry = nil
    troubles = ScanTroubles()
    nextCheck = min(nextCheck, now + 1_000_000_000)
    if case .detached(let since, _) = mode {
      mode = .detached(since: since, why: why)
    } else {
      mode = .detached(since: now, why: why)
    }
  }

  private func attach(_ folder: Folder, _ facts: FileFacts, _ now: Int64) {
    detach("being attached", now)
    root = facts.node
    nextScan = now
    let kind = FileSystemKind.withoutEvents(folder)
    if inbox.polling == .always {
      mode = .polling(why: "polling is configured")
    } else if let kind, inbox.polling == .automatic {
      mode = .polling(why: "\(kind) gives no events of changes made elsewhere")
    } else {
      tryEvents(folder, now)
    }
  }

  /// Has the kernel tell of changes; without, the inbox is polled.
  func tryEvents(_ folder: Folder, _ now: Int64) {
    do {
      let inotify = try Inotify(mayWatch: outlets.mayWatch)
      folders = [try inotify.watch(folder): []]
      mode = .events(inotify)
      nextTry = nil
    } catch {
      pollFor(want: error.message, now)
    }
  }

  /// Not all of it can be watched: then nothing of it is relied upon, and it is polled.
  func pollFor(want why: String, _ now: Int64) {
    mode = .polling(why: why)
    folders.removeAll()
    nextScan = min(nextScan, now + min(pollInterval, rescanInterval))
    nextTry = now + rescanInterval
  }

  // MARK: What is ready

  /// Hands over a file that is complete.
  func emit(_ events: [FileEvent]) { if !events.isEmpty { _ = outlets.emit(events) } }

  func event(
    _ key: SettlingSet.Key, _ identity: FileIdentity, seen: Timestamp, cause: String,
    settledBecause: String
  ) -> FileEvent {
    FileEvent(
      inbox: record, disposition: inbox.disposition,
      sighting: Sighting(
        folder: key.folder, name: FileName(bytes: key.name), identity: identity),
      seen: seen, cause: cause, settled: Timestamp.now, settledBecause: settledBecause)
  }

  /// Looks again at the files whose pause is over.
  private func settle(_ now: Int64) {
    let due = settling.due(now)
    guard !due.isEmpty, let root = openRoot() else { return }
    var events = [FileEvent]()
    var opened: (path: [UInt8], folder: Folder)?
    for (key, entry) in due {
      if opened?.path != key.folder {
        opened = (try? Folder(below: root, key.folder)).map { (key.folder, $0) }
      }
      guard let folder = opened?.folder, let facts = try? folder.facts(key.name), facts.isRegular
      else { continue }
      if facts.identity == entry.identity {
        events.append(
          event(
            key, entry.identity, seen: entry.seen, cause: entry.cause,
            settledBecause:
              "size and modification time unchanged for \(inbox.settleTime.words)"))
      } else {
        settling.note(
          key, identity: facts.identity, seen: entry.seen, cause: entry.cause,
          isClosed: entry.isClosed, now: now)
      }
    }
    emit(events)
  }
}
