import ForensicCore

/// Brings waiting exhibits before the examiner, a bounded number at once, and decides what
/// follows from what came back.
package actor Dispatcher {
  /// Finished exhibits that may wait for the disk before no more are started.
  private static let unpublishedLimit = 64
  /// Exhibits read from the journal at once.
  private static let readAhead = 64
  /// Copies of files under examination that may wait for its end before no more are started.
  private static let deferredLimit = 256

  private struct Flight {
    var exhibit: Case
    var began: Int64
    var task: Task<Void, Never>?

    /// The service ended while it was before an examiner.
    var isSuspect: Bool { exhibit.interruptions > 0 }
  }

  var bench: Bench
  private let clerk: Clerk
  let threads: WorkThreads
  private let heartbeat: Heartbeat
  let onFatal: @Sendable (any Error) -> Void

  private var waiting: ArraySlice<Case> = []
  /// Exhibits whose bytes have a finished examination now: they need not wait for each other.
  private var copies: [Case] = []
  /// Exhibits that were read from the journal and whose attempt is not written down yet.
  private var claimed = Set<Int64>()
  private var flights: [Int64: Flight] = [:]
  /// Digests in hand → the exhibit that is examined for them.
  private var leaders: [SHA256Digest: Int64] = [:]
  /// Digests in hand → further exhibits with these bytes, which wait for the first one's report.
  private var deferred: [SHA256Digest: [Case]] = [:]
  private var deferredCount = 0
  private var unpublished = 0
  private var mayHaveMore = true
  private var isStopping = false
  var clock = ClockWatch()

  init(
    bench: Bench, clerk: Clerk, threads: WorkThreads, heartbeat: Heartbeat,
    onFatal: @escaping @Sendable (any Error) -> Void
  ) {
    self.bench = bench
    self.clerk = clerk
    self.threads = threads
    self.heartbeat = heartbeat
    self.onFatal = onFatal
  }

  package var examining: Int { flights.count }

  /// There may be something new in the journal.
  package func wake() {
    mayHaveMore = true
    pump()
  }

  func reload(_ bench: Bench) {
    self.bench = bench
    wake()
  }

  /// The attempts at these exhibits are written down.
  package func written(_ attempts: [(exhibit: Case, state: CaseState)]) {
    for (exhibit, state) in attempts {
      claimed.remove(exhibit.number)
      unpublished -= 1
      guard let digest = exhibit.sha256, leaders[digest] == exhibit.number else { continue }
      leaders.removeValue(forKey: digest)
      guard let same = deferred.removeValue(forKey: digest) else { continue }
      deferredCount -= same.count
      if state == .reported { copies += same } else { waiting = same + waiting }
    }
    mayHaveMore = true
    pump()
  }

  /// To be called about once a second: looks for exhibits whose pause is over. Gives when the
  /// next one's is.
  package func tick() async -> Timestamp? {
    await followClock()
    let now = Clock.monotonic()
    let oldest = flights.values.map(\.began).min() ?? now
    if now - oldest < bench.settings.longestAttempt.nanoseconds { heartbeat.beat("dispatcher") }
    wake()
    return try? bench.journal.nextDue(after: Timestamp.now)
  }

  /// Waits for what is under way until `deadline` (monotonic nanoseconds), then gives the rest
  /// back to the queue. Nothing new is started. The number given back.
  package func stop(by deadline: Int64) async -> Int {
    isStopping = true
    while !flights.isEmpty && Clock.monotonic() < deadline {
      try? await Task.sleep(for: .milliseconds(10))
    }
    let now = Timestamp.now
    let rest = flights
    flights.removeAll()
    for flight in rest.values {
      flight.task?.cancel()
      giveBack(flight.exhibit, at: now)
    }
    heartbeat.end("dispatcher")
    return rest.count
  }

  private func giveBack(_ exhibit: Case, at now: Timestamp) {
    var update = CaseUpdate(
      number: exhibit.number,
      transition: CaseTransition(time: now, state: .queued, cause: "the service was stopped"))
    update.due = now
    unpublished += 1
    clerk.put(.finish(Finished(exhibit: exhibit, update: update, publication: nil)))
  }

  // MARK: Starting

  private func pump() {
    while !isStopping, flights.count < max(1, bench.settings.workers),
      unpublished < Self.unpublishedLimit, !flights.values.contains(where: \.isSuspect)
    {
      if let copy = copies.popLast() {
        start(copy)
        continue
      }
      guard deferredCount < Self.deferredLimit, let exhibit = next() else { return }
      if let digest = exhibit.sha256, leaders[digest] != nil {
        deferred[digest, default: []].append(exhibit)
        deferredCount += 1
      } else if exhibit.interruptions > 0, !flights.isEmpty {
        // It may have brought the service down (`Interruption`): nothing else may be beside it.
        waiting = [exhibit] + waiting
        return
      } else {
        if let digest = exhibit.sha256 { leaders[digest] = exhibit.number }
        start(exhibit)
      }
    }
  }

  private func start(_ exhibit: Case) {
    let began = Clock.monotonic()
    flights[exhibit.number] = Flight(exhibit: exhibit, began: began)
    flights[exhibit.number]?.task = Task { [bench] in
      await self.attempt(exhibit, began, bench)
    }
  }

  private func next() -> Case? {
    if let first = waiting.popFirst() { return first }
    // What is due while the clock's step is not dealt with may not be due at all.
    guard mayHaveMore, clock.step == nil else { return nil }
    mayHaveMore = false
    do {
      // What is claimed is still `queued` in the journal until its mark is written.
      let found = try bench.journal.waiting(
        limit: Self.readAhead + claimed.count, now: Timestamp.now)
      let new = found.filter { !claimed.contains($0.number) }.prefix(Self.readAhead)
      claimed.formUnion(new.map(\.number))
      waiting = ArraySlice(new)
      mayHaveMore = !new.isEmpty
    } catch {
      if Journal.isDamage(error) { onFatal(error) }
      bench.incidents.note("cannot read the queue", error)
    }
    return waiting.popFirst()
  }

  // MARK: One attempt

  private func attempt(_ exhibit: Case, _ began: Int64, _ bench: Bench) async {
    do {
      guard let finished = try await run(exhibit, began, bench) else { return }
      // Given back meanwhile: this result comes too late.
      guard flights[exhibit.number]?.began == began else { return }
      flights.removeValue(forKey: exhibit.number)
      unpublished += 1
      clerk.put(.finish(finished))
      pump()
    } catch {
      onFatal(error)
    }
  }

  /// `nil` when the service stops meanwhile: the exhibit is then given back.
  private func run(_ exhibit: Case, _ began: Int64, _ bench: Bench) async throws -> Finished? {
    let preparing = await threads.run { Result { try bench.prepare(exhibit) } }
    guard let prepared = try preparing?.get() else { return nil }
    // Given back meanwhile: a mark that came after that would look like an interruption.
    guard flights[exhibit.number]?.began == began else { return nil }
    if case .failure(let failure) = prepared, failure.code == DiskRoom.code {
      return bench.waiting(exhibit, failure)
    }
    let mark = CaseTransition(
      time: Timestamp.now, state: .examining, cause: "attempt \(exhibit.attempts + 1)")
    var update = CaseUpdate(number: exhibit.number, transition: mark)
    if case .success(let prepared) = prepared { update.forgetsIdentity = prepared.leftInbox }
    clerk.put(.mark(update))

    switch prepared {
    case .failure(let failure):
      let transitions = (try? bench.journal.transitions(of: exhibit.number)) ?? []
      return await conclude(
        exhibit, transitions.filter { $0 != mark } + [mark], .failure(failure), bench)
    case .success(let prepared):
      let transitions = prepared.transitions + [mark]
      let outcome: ExaminationOutcome
      if let earlier = prepared.earlier {
        outcome = ExaminationOutcome(
          result: .success(earlier.examination), confinement: earlier.confinement)
      } else {
        outcome = await bench.services.examiner.examine(
          descriptor: prepared.file.descriptor, name: exhibit.name, size: exhibit.size,
          without: bench.settings.without(inbox: exhibit.exhibit.inbox))
      }
      let verifying = await threads.run { Result { try bench.verify(prepared) } }
      guard let verifying else { return nil }
      var verified = outcome.result
      if let failure = try verifying.get() { verified = .failure(failure) }
      if isStopping, case .failure(let failure) = verified, failure.transient { return nil }
      return await conclude(
        exhibit, transitions, verified, bench, outcome.confinement, prepared.earlier?.id,
        prepared.leftInbox)
    }
  }

  private func conclude(
    _ exhibit: Case, _ transitions: [CaseTransition],
    _ result: Result<Examination, ExaminationFailure>, _ bench: Bench,
    _ confinement: Report.Confinement? = nil, _ sameBytesAs: String? = nil,
    _ leftInbox: Bool = false
  ) async -> Finished? {
    await threads.run {
      bench.conclude(
        exhibit, transitions, result, confinement: confinement, sameBytesAs: sameBytesAs,
        leftInbox: leftInbox)
    }
  }
}
