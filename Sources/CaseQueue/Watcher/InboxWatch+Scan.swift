import ForensicCore
import Glibc

extension InboxWatch {
  /// Deeper folders are not looked into; a path has to end somewhere.
  private static let greatestDepth = 64

  /// Looks through the whole inbox.
  func scanAll() {
    let now = Clock.monotonic()
    let root = openRoot()
    if let nextTry, now >= nextTry, let root { tryEvents(root, now) }
    nextScan = now + (isPolling ? min(pollInterval, rescanInterval) : rescanInterval)
    guard let root else { return }
    troubles.begin()
    scan(root, [], cause: lastScan == nil ? "found in the inbox" : "found by a rescan")
    if isStopping() { return }
    troubles.end()
    lastScan = Timestamp.now
  }

  /// Looks through a folder of the inbox and, where the inbox is recursive, all below it. Every
  /// subfolder is watched before it is read, so that nothing falls in between.
  func scan(_ root: Folder, _ start: [UInt8], cause: String) {
    var waiting = [start]
    var entries = 0
    while let path = waiting.popLast() {
      if isStopping() { return }
      let folder: Folder
      do throws(QueueError) { folder = try Folder(below: root, path) } catch {
        // Gone, or something else by now: then there is nothing to look into.
        if ![ENOENT, ENOTDIR, ELOOP].contains(error.systemError) { trouble(path, error.message) }
        continue
      }
      if !path.isEmpty { watch(folder, path) }
      var sightings = [(sighting: Sighting, changed: Int64)]()
      do throws(QueueError) {
        try folder.forEach { (name, type) throws(QueueError) in
          entries += 1
          if entries % 1024 == 0 { outlets.heartbeat.beat("watcher") }
          let mayBeFolder = Int32(type) == Int32(DT_DIR) || Int32(type) == Int32(DT_UNKNOWN)
          let mayBeFile = Int32(type) == Int32(DT_REG) || Int32(type) == Int32(DT_UNKNOWN)
          guard mayBeFolder && inbox.recursive || mayBeFile else { return }
          guard filter.takes(name) || mayBeFolder && filter.enters(name) else { return }
          guard let facts = try? folder.facts(name) else { return }
          if facts.isDirectory && inbox.recursive && filter.enters(name) {
            let depth = path.count { $0 == UInt8(ascii: "/") }
            let inner = path.appending(component: name)
            if depth < Self.greatestDepth {
              waiting.append(inner)
            } else {
              trouble(inner, "more than \(Self.greatestDepth) folders deep")
            }
          } else if facts.isRegular && filter.takes(name) {
            sightings.append(
              (
                Sighting(folder: path, name: FileName(bytes: name), identity: facts.identity),
                max(facts.modified, facts.changed)
              ))
            if sightings.count == 256 {
              found(sightings, cause: cause)
              sightings.removeAll(keepingCapacity: true)
            }
          }
        }
      } catch { trouble(path, error.message) }
      found(sightings, cause: cause)
    }
  }

  /// Files that lay there: those not written down yet are handed over where they have stood still
  /// for long enough already, and waited for otherwise.
  private func found(_ files: [(sighting: Sighting, changed: Int64)], cause: String) {
    guard !files.isEmpty else { return }
    let known = outlets.areKnown(files.map(\.sighting), record)
    let now = Clock.monotonic()
    let wall = Clock.nanoseconds()
    let seen = Timestamp.now
    var events = [FileEvent]()
    for (index, file) in files.enumerated() where !(index < known.count && known[index]) {
      let key = SettlingSet.Key(folder: file.sighting.folder, name: file.sighting.name.bytes)
      guard !settling.contains(key) else { continue }
      // A file's change time is this machine's clock, on a file system of its own only.
      let stoodStill = !isPolling && file.changed < wall - settling.pause && wall >= file.changed
      if stoodStill {
        events.append(
          event(
            key, file.sighting.identity, seen: seen, cause: cause,
            settledBecause: "unchanged for longer than \(inbox.settleTime.words) when found"))
      } else {
        settling.note(
          key, identity: file.sighting.identity, seen: seen, cause: cause, isClosed: true,
          now: now)
      }
    }
    emit(events)
  }

  private func watch(_ folder: Folder, _ path: [UInt8]) {
    guard let inotify else { return }
    do {
      folders[try inotify.watch(folder)] = path
    } catch {
      pollFor(want: error.message, Clock.monotonic())
    }
  }

  /// A folder that is not looked into: nothing in it is ever examined, which somebody has to be told.
  private func trouble(_ path: [UInt8], _ why: String) {
    let folder = path.isEmpty ? "the folder itself" : FileName(bytes: path).display
    let message = "cannot look into \(folder): \(why)"
    if troubles.note(path, message) {
      outlets.note("inbox \(inbox.name.madeVisible): \(message)")
    }
  }
}
