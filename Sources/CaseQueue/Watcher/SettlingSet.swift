import ForensicCore

/// The files that are waited for until they stand still.
///
/// What it holds grows with the files, not with what happens to them: a file has one slot in the queue,
/// which moves on only when its time has come.
package struct SettlingSet {
  package struct Key: Hashable {
    package var folder: [UInt8]
    package var name: [UInt8]

    package init(folder: [UInt8], name: [UInt8]) {
      self.folder = folder
      self.name = name
    }
  }

  package struct Entry {
    package var identity: FileIdentity
    var seen: Timestamp
    var cause: String
    /// Which of the two pauses applies.
    var isClosed: Bool
    /// Monotonic nanoseconds.
    var deadline: Int64
    /// What it stands under in the queue: never later than its deadline.
    fileprivate var slot: Int64
  }

  /// For files whose writer has closed them, or that were found lying there.
  let pause: Int64
  /// For files that were made and not closed yet: a writer who takes breaks.
  let openPause: Int64
  private var entries: [Key: Entry] = [:]
  private var queue = DeadlineQueue<Key>()

  package init(settleTime: Duration) {
    pause = settleTime.nanoseconds
    openPause = max(5 * settleTime.nanoseconds, 1_000_000_000)
  }

  package var count: Int { entries.count }
  /// Slots in the queue; those of files that are waited for no longer go now and then.
  package var slots: Int { queue.count }

  /// Starts, or starts anew, to wait for a file.
  package mutating func note(
    _ key: Key, identity: FileIdentity, seen: Timestamp, cause: String, isClosed: Bool, now: Int64
  ) {
    let deadline = now + (isClosed ? pause : openPause)
    guard var entry = entries[key] else {
      entries[key] = Entry(
        identity: identity, seen: seen, cause: cause, isClosed: isClosed, deadline: deadline,
        slot: deadline)
      return enqueue(deadline, key)
    }
    entry.identity = identity
    entry.isClosed = isClosed
    entry.deadline = deadline
    let isEarlier = deadline < entry.slot
    if isEarlier { entry.slot = deadline }
    entries[key] = entry
    if isEarlier { enqueue(deadline, key) }
  }

  private mutating func enqueue(_ slot: Int64, _ key: Key) {
    queue.insert(slot, key)
    guard queue.count > 2 * entries.count + 1024 else { return }
    queue.filter { [entries] in entries[$0.key]?.slot == $0.deadline }
  }

  func contains(_ key: Key) -> Bool { entries[key] != nil }

  /// Stops waiting for a file; its entry, where there was one.
  @discardableResult
  package mutating func remove(_ key: Key) -> Entry? { entries.removeValue(forKey: key) }

  mutating func removeAll() {
    entries.removeAll()
    queue = DeadlineQueue()
  }

  /// Stops waiting for everything below a folder.
  mutating func remove(below folder: [UInt8]) {
    let prefix = folder + [UInt8(ascii: "/")]
    entries = entries.filter { $0.key.folder != folder && !$0.key.folder.starts(with: prefix) }
  }

  /// The files whose time has come by `now`, taken out.
  package mutating func due(_ now: Int64) -> [(Key, Entry)] {
    var result = [(Key, Entry)]()
    while let (slot, key) = queue.first, slot <= now {
      queue.removeFirst()
      guard let entry = entries[key], entry.slot == slot else { continue }
      if entry.deadline <= now {
        entries.removeValue(forKey: key)
        result.append((key, entry))
      } else {
        entries[key]?.slot = entry.deadline
        queue.insert(entry.deadline, key)
      }
    }
    return result
  }

  /// When the next file's time comes, at the earliest; `nil` when none is waited for.
  var nextDeadline: Int64? { entries.isEmpty ? nil : queue.first?.deadline }
}
