import ForensicCore
import Glibc

/// What it takes to put the machinery together.
struct Assembly: Sendable {
  let configuration: QueueConfiguration
  let services: QueueServices
  let heartbeat: Heartbeat
  let incidents: Incidents
  let crash: CrashSwitch
  let room: DiskRoom
  let onFinished: @Sendable (Int) -> Void
  let onFatal: @Sendable (any Error) -> Void

  /// Opens and reconciles everything on disk, and builds what works on it. Blocks.
  func build(in stateFolder: StateFolder) throws -> Machinery {
    try Folder.make(path: configuration.outbox)
    let outbox = try Folder(path: configuration.outbox)
    let evidence = try EvidenceStore(
      path: configuration.evidenceFolder, crash: crash, room: room,
      tell: { [incidents] in incidents.note($0) })
    let (journal, outcome, openingNotices) = try stateFolder.withJournal { journal in
      try Reconciler(
        journal: journal, outbox: outbox, evidence: evidence, crash: crash, services: services,
        longestPause: configuration.longestPause
      ).run()
    }
    let records = try configuration.inboxes.map { try journal.inbox(name: $0.name, path: $0.path) }

    let relay = Relay()
    let hasher = FileHasher { [heartbeat] in
      heartbeat.beat("intake")
      return !relay.isStopping
    }
    let intake = Intake(
      journal: journal,
      custodian: Custodian(evidence: evidence, hasher: hasher, crash: crash),
      incidents: incidents, heartbeat: heartbeat, crash: crash,
      maximumFileSize: configuration.maximumFileSize, onQueued: { _ in relay.wake() },
      onFatal: onFatal)
    let index = IndexWriter(
      journal: journal, outbox: outbox, length: configuration.indexLength, incidents: incidents,
      crash: crash, render: services.renderIndex)
    index.isDirty = true
    let clerk = Clerk(
      journal: journal, outboxPath: configuration.outbox, outbox: outbox, index: index,
      incidents: incidents, heartbeat: heartbeat, crash: crash,
      outlets: Clerk.Outlets(
        onWritten: { [onFinished] attempts in
          onFinished(attempts.count { $0.state.isFinal })
          relay.written(attempts)
        },
        onFatal: onFatal))
    let bench = Bench(
      journal: journal,
      custodian: Custodian(
        evidence: evidence, hasher: FileHasher { !relay.isStopping }, crash: crash),
      outbox: outbox, incidents: incidents, crash: crash, services: services,
      settings: configuration)
    let threads = WorkThreads(name: "bench", count: configuration.workers)
    let dispatcher = Dispatcher(
      bench: bench, clerk: clerk, threads: threads, heartbeat: heartbeat, onFatal: onFatal)
    relay.connect(dispatcher)
    let watcher = try InboxWatcher(
      configuration, records: records, outlets: outlets(intake: intake, journal: journal))
    return Machinery(
      stateFolder: stateFolder, journal: journal, outbox: outbox, watcher: watcher,
      intake: intake, clerk: clerk, dispatcher: dispatcher, threads: threads, relay: relay,
      bench: bench, log: outcome.log, heartbeat: heartbeat,
      notices: openingNotices + outcome.notices)
  }

  private func outlets(intake: Intake, journal: Journal) -> WatcherOutlets {
    WatcherOutlets(
      emit: { [heartbeat] events in
        while true {
          heartbeat.beat("watcher")
          switch intake.put(events, until: Clock.monotonic() + 500_000_000) {
          case .done: return true
          case .closed: return false
          case .full: continue
          }
        }
      },
      areKnown: { [incidents, limit = configuration.maximumFileSize] sightings, inbox in
        do {
          return try journal.areKnown(sightings, inbox: inbox, maximumFileSize: limit)
        } catch {
          // The intake asks again before it takes anything.
          incidents.note("cannot read the journal", error)
          return sightings.map { _ in false }
        }
      },
      note: { [incidents] in incidents.note($0) }, heartbeat: heartbeat)
  }
}
