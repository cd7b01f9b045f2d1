import ForensicCore
import Glibc

extension InboxWatch {
  /// Reads and handles some of what the kernel has to tell, at most as much as it gives at once. There
  /// may be no end of it: whoever writes into an inbox can be faster than we are, and other inboxes, the
  /// watchdog and a stop wait for their turn.
  func readEvents() {
    guard let inotify else { return }
    let events = inotify.read()
    guard !events.isEmpty else { return }
    var ready = [FileEvent]()
    let root = openRoot()
    for event in events {
      outlets.heartbeat.beat("watcher")
      guard self.inotify === inotify, !isStopping() else { break }
      handle(event, root, &ready)
    }
    emit(ready)
  }

  private func handle(_ event: Inotify.Event, _ root: Folder?, _ ready: inout [FileEvent]) {
    let now = Clock.monotonic()
    if event.has(IN_Q_OVERFLOW) {
      // An incident, not a state of the inbox: after the scan all is well again.
      outlets.note(
        "inbox \(inbox.name.madeVisible): more events than the kernel keeps; looked through "
          + "everything again")
      nextScan = now
      return
    }
    guard let path = folders[event.watch] else { return }
    if event.has(IN_UNMOUNT) || event.has(IN_IGNORED) || event.has(IN_DELETE_SELF)
      || event.has(IN_MOVE_SELF)
    {
      lost(event, path, now)
      return
    }
    guard !event.name.isEmpty, let root else { return }
    if event.isDirectory {
      folderEvent(event, root, path.appending(component: event.name))
    } else if filter.takes(event.name) {
      fileEvent(event, root, SettlingSet.Key(folder: path, name: event.name), now, &ready)
    }
  }

  /// A watched folder is gone, or is not where it was.
  private func lost(_ event: Inotify.Event, _ path: [UInt8], _ now: Int64) {
    if path.isEmpty {
      let why =
        event.has(IN_UNMOUNT) ? "unmounted" : event.has(IN_MOVE_SELF) ? "moved away" : "deleted"
      detach("the folder was \(why)", now)
      nextCheck = now
    } else if !event.has(IN_MOVE_SELF) {
      // A moved folder is told by its parent's events; here only what has ceased to be.
      folders.removeValue(forKey: event.watch)
      settling.remove(below: path)
    }
  }

  private func folderEvent(_ event: Inotify.Event, _ root: Folder, _ path: [UInt8]) {
    guard inbox.recursive, filter.enters(event.name) else { return }
    if event.has(IN_MOVED_FROM) {
      let prefix = path + [UInt8(ascii: "/")]
      for (watch, folder) in folders where folder == path || folder.starts(with: prefix) {
        inotify?.forget(watch)
        folders.removeValue(forKey: watch)
      }
      settling.remove(below: path)
    } else if event.has(IN_CREATE) || event.has(IN_MOVED_TO) {
      scan(root, path, cause: "found in a new folder of the inbox")
    }
  }

  private func fileEvent(
    _ event: Inotify.Event, _ root: Folder, _ key: SettlingSet.Key, _ now: Int64,
    _ ready: inout [FileEvent]
  ) {
    if event.has(IN_MOVED_FROM) {
      settling.remove(key)
      return
    }
    guard let folder = try? Folder(below: root, key.folder),
      let facts = try? folder.facts(key.name), facts.isRegular
    else { return }
    let seen = Timestamp.now
    if event.has(IN_MOVED_TO) {
      let earlier = settling.remove(key)
      ready.append(
        self.event(
          key, facts.identity, seen: earlier?.seen ?? seen, cause: "renamed into the inbox",
          settledBecause: "renamed in, so complete"))
    } else if event.has(IN_CLOSE_WRITE) {
      settling.note(
        key, identity: facts.identity, seen: seen, cause: "written into the inbox",
        isClosed: true, now: now)
    } else if event.has(IN_CREATE) && !settling.contains(key) {
      settling.note(
        key, identity: facts.identity, seen: seen, cause: "written into the inbox",
        isClosed: false, now: now)
    }
  }
}
