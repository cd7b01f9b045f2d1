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
  package var heartbeat: Heartbeat

  package init(
    emit: @escaping @Sendable ([FileEvent]) -> Bool,
    areKnown: @escaping @Sendable ([Sighting], InboxRecord) -> [Bool],
    heartbeat: Heartbeat
  ) {
    self.emit = emit
    self.areKnown = areKnown
    self.heartbeat = heartbeat
  }
}
