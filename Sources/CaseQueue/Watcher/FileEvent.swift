import ForensicCore

/// A file in an inbox that is ready to be taken in.
package struct FileEvent: Hashable, Sendable {
  package var inbox: InboxRecord
  package var disposition: QueueConfiguration.Disposition
  package var sighting: Sighting
  /// When it was first seen, and how it came: `renamed into the inbox`, …
  package var seen: Timestamp
  package var cause: String
  /// When it was found to be complete, and why it counts as that.
  package var settled: Timestamp
  package var settledBecause: String
}

/// Where the watcher's findings go, and what it may ask.
package struct WatcherOutlets: Sendable {
  /// Hands over files that are ready. Waits while whoever takes them is busy; `false` when it is
  /// time to stop.
  package var emit: @Sendable ([FileEvent]) -> Bool
  /// Which of these files are written down already.
  package var areKnown: @Sendable ([Sighting], InboxRecord) -> [Bool]
  /// Told of what a person should know.
  package var note: @Sendable (String) -> Void
  /// Whether the kernel has another watch to give; what a test says instead of it.
  package var mayWatch: @Sendable () -> Bool = { true }
  package var heartbeat: Heartbeat

  package init(
    emit: @escaping @Sendable ([FileEvent]) -> Bool,
    areKnown: @escaping @Sendable ([Sighting], InboxRecord) -> [Bool],
    note: @escaping @Sendable (String) -> Void = { _ in }, heartbeat: Heartbeat
  ) {
    self.emit = emit
    self.areKnown = areKnown
    self.note = note
    self.heartbeat = heartbeat
  }
}
