import CaseQueue

extension QueueConfiguration {
  /// The queue's part of the service's configuration.
  public init(_ configuration: Configuration, workers: Int) {
    self.init(
      inboxes: configuration.inbox.map { inbox in
        let disposition: Disposition =
          switch inbox.disposition {
          case .keep: .keep
          case .archive: .archive
          case .copy: .copy
          }
        return Inbox(
          name: inbox.name, path: inbox.path, recursive: inbox.recursive,
          disposition: disposition, settleTime: .seconds(inbox.settle),
          without: Set(inbox.without))
      },
      outbox: configuration.outbox, state: configuration.state, workers: workers,
      rescanInterval: .seconds(configuration.queue.rescan),
      retryDelays: configuration.queue.retryDelays.map { .seconds($0) },
      maximumFileSize: configuration.queue.maximumFileSize << 20,
      indexLength: configuration.queue.indexLength,
      // Beside the examination itself: storing and hashing a file of 4 GiB on slow disks, the
      // start of an examiner, drawing the report.
      longestAttempt: .seconds(600 + configuration.examiner.timeLimit))
  }
}
