import ForensicCore

extension CaseQueue {
  /// The state of everything, in a few milliseconds whatever the number of exhibits.
  public func status() -> QueueStatus {
    var inboxes = [QueueStatus.Inbox]()
    var pending = 0
    if case .running(let machinery) = state {
      if let counts = try? machinery.journal.counts() { lastCounts = counts }
      inboxes = machinery.watcher.status
      pending = machinery.intake.waiting
    }
    func count(_ state: CaseState) -> Int { lastCounts[state] ?? 0 }
    let uptime = Double(Clock.monotonic() - startedMonotonic) / 1e9
    return QueueStatus(
      version: ForensicVersion.current, state: stateName,
      settling: inboxes.reduce(pending) { $0 + $1.settling } + count(.received) + count(.settled),
      queued: count(.queued), examining: count(.examining), reported: count(.reported),
      failed: count(.failed), quarantined: count(.quarantined), inboxes: inboxes,
      workers: configuration.workers, rate: rate.rate(uptime: uptime), uptime: uptime,
      started: started, lastError: incidents.latest, notices: notices)
  }

  private var stateName: String {
    switch state {
    case .idle, .starting: "starting"
    case .running: "running"
    case .stopping: "stopping"
    case .stopped: "stopped"
    }
  }

  private var machinery: Machinery {
    get throws(QueueError) {
      guard case .running(let machinery) = state else { throw .stopped }
      return machinery
    }
  }

  /// Exhibits in one state, or all that have not come to an end: what is being examined first,
  /// then in the order in which they are due; ends come latest first.
  public func queue(limit: Int = 100, state: CaseState? = nil) throws -> [ExhibitSummary] {
    try machinery.journal.list(limit: max(0, limit), state: state).map(\.summary)
  }

  /// One exhibit with its whole way.
  ///
  /// - Throws: `exhibit.unknown`.
  public func show(exhibit id: String) throws -> ExhibitDetails {
    let journal = try machinery.journal
    let exhibit = try known(id)
    return ExhibitDetails(
      exhibit: exhibit.summary,
      custody: try journal.transitions(of: exhibit.number).map(\.custody))
  }

  /// Has an exhibit examined again that is quarantined or waits for another attempt.
  ///
  /// Its quarantine folder is taken away; the new report's line in `reports.jsonl` follows the
  /// old one's.
  ///
  /// - Throws: `exhibit.unknown`; `exhibit.not-failed` for any other state.
  public func retry(exhibit id: String) async throws -> ExhibitSummary {
    let machinery = try machinery
    let exhibit = try known(id)
    guard exhibit.state == .quarantined || exhibit.state == .failed else {
      throw QueueError(
        code: "exhibit.not-failed",
        message: "\(id) is \(exhibit.state.rawValue); only what failed or is in quarantine can "
          + "be tried again")
    }
    let now = Timestamp.now
    var update = CaseUpdate(
      number: exhibit.number,
      transition: CaseTransition(time: now, state: .queued, cause: "asked to be tried again"))
    update.attempts = 0
    update.interruptions = 0
    // Not before its quarantine folder is gone.
    update.due = now.adding(.seconds(10))
    let change = update
    let done = await machinery.threads.run {
      Result {
        try machinery.journal.apply([change])
        if exhibit.state == .quarantined {
          try Publisher.withdraw(exhibit.place, from: machinery.outbox)
        }
        try machinery.journal.expedite(exhibit.number, at: now)
      }
    }
    guard let done else { throw QueueError.stopped }
    try done.get()
    machinery.relay.wake()
    return try known(id).summary
  }

  private func known(_ id: String) throws -> Case {
    guard let exhibit = try machinery.journal.find(id: id) else {
      throw QueueError(
        code: "exhibit.unknown", message: "there is no exhibit \(id.madeVisible) in the journal")
    }
    return exhibit
  }

  /// Goes over to another configuration, at once: inboxes, workers, delays and limits. What is
  /// under way ends under the old one.
  ///
  /// - Throws: `configuration`, changing nothing, when it has a problem, or when it names another
  ///   outbox, state folder or evidence store, which needs a restart.
  public func reload(_ new: QueueConfiguration, services newServices: QueueServices? = nil) throws {
    var problems = new.problems()
    for (role, old, other) in [
      ("outbox", configuration.outbox, new.outbox), ("state", configuration.state, new.state),
      ("evidence", configuration.evidenceFolder, new.evidenceFolder),
    ] where old != other {
      problems.append("another \(role) folder needs a restart")
    }
    guard problems.isEmpty else { throw QueueError.configuration(problems) }
    let services = newServices ?? self.services
    if case .running(let machinery) = state {
      let records = try new.inboxes.map {
        try machinery.journal.inbox(name: $0.name, path: $0.path)
      }
      machinery.watcher.reload(new, records: records)
      machinery.clerk.index.reload(length: new.indexLength, render: services.renderIndex)
      var bench = machinery.bench
      bench.settings = new
      bench.services = services
      let changed = bench
      Task { await machinery.dispatcher.reload(changed) }
    }
    configuration = new
    self.services = services
  }

  /// Looks through all inboxes now.
  public func rescan() {
    if case .running(let machinery) = state { machinery.watcher.rescan() }
  }
}
