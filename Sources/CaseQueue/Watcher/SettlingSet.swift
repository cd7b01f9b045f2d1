import ForensicCore

/// The files that are waited for until they stand still.
///
/// Deadlines of one pause are given in ascending order, so each pause has a plain queue in which
/// entries that have moved on are skipped: every operation is O(1) amortised.
struct SettlingSet {
  struct Key: Hashable {
    var folder: [UInt8]
    var name: [UInt8]
  }

  struct Entry {
    var identity: FileIdentity
    var seen: Timestamp
    var cause: String
    /// Which of the two pauses applies.
    var isClosed: Bool
    /// Monotonic nanoseconds.
    var deadline: Int64
  }

  private struct Line {
    var waiting: [(deadline: Int64, key: Key)] = []
    var head = 0

    mutating func removeFirst() {
      head += 1
      if head > 1024 && head * 2 > waiting.count {
        waiting.removeFirst(head)
        head = 0
      }
    }

    var first: (deadline: Int64, key: Key)? { head < waiting.count ? waiting[head] : nil }
  }

  /// For files whose writer has closed them, or that were found lying there.
  let pause: Int64
  /// For files that were made and not closed yet: a writer who takes breaks.
  let openPause: Int64
  private var entries: [Key: Entry] = [:]
  private var closedLine = Line()
  private var openLine = Line()

  init(settleTime: Duration) {
    pause = settleTime.nanoseconds
    openPause = max(5 * settleTime.nanoseconds, 1_000_000_000)
  }

  var count: Int { entries.count }

  /// Starts, or starts anew, to wait for a file.
  mutating func note(
    _ key: Key, identity: FileIdentity, seen: Timestamp, cause: String, isClosed: Bool, now: Int64
  ) {
    let deadline = now + (isClosed ? pause : openPause)
    if var entry = entries[key] {
      entry.identity = identity
      entry.isClosed = isClosed
      entry.deadline = deadline
      entries[key] = entry
    } else {
      entries[key] = Entry(
        identity: identity, seen: seen, cause: cause, isClosed: isClosed, deadline: deadline)
    }
    if isClosed {
      closedLine.waiting.append((deadline, key))
    } else {
      openLine.waiting.append((deadline, key))
    }
  }

  func contains(_ key: Key) -> Bool { entries[key] != nil }

  /// Stops waiting for a file; its entry, where there was one.
  @discardableResult
  mutating func remove(_ key: Key) -> Entry? { entries.removeValue(forKey: key) }

  mutating func removeAll() {
    entries.removeAll()
    closedLine = Line()
    openLine = Line()
  }

  /// Stops waiting for everything below a folder.
  mutating func remove(below folder: [UInt8]) {
    let prefix = folder + [UInt8(ascii: "/")]
    entries = entries.filter { $0.key.folder != folder && !$0.key.folder.starts(with: prefix) }
  }

  /// The files whose time has come by `now`, taken out.
  mutating func due(_ now: Int64) -> [(Key, Entry)] {
    var result = [(Key, Entry)]()
    Self.collect(&closedLine, &entries, now, &result)
    Self.collect(&openLine, &entries, now, &result)
    return result
  }

  private static func collect(
    _ line: inout Line, _ entries: inout [Key: Entry], _ now: Int64,
    _ result: inout [(Key, Entry)]
  ) {
    while let first = line.first, first.deadline <= now {
      line.removeFirst()
      if let entry = entries[first.key], entry.deadline == first.deadline {
        entries.removeValue(forKey: first.key)
        result.append((first.key, entry))
      }
    }
  }

  /// When the next file's time comes, at the earliest; `nil` when none is waited for.
  var nextDeadline: Int64? {
    guard !entries.isEmpty else { return nil }
    let candidates = [closedLine.first?.deadline, openLine.first?.deadline]
    return candidates.compactMap { $0 }.min()
  }
}
