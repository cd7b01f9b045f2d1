import Dispatch
import ForensicCore
import Foundation
import Glibc
import Service
import Synchronization

/// One run of an audit: from its beginning, or from where the last run ended, to its results.
///
/// A walk on the calling thread finds files and opens containers; workers, two for every examiner,
/// hash the files and wait for the examiners; their lines go into the state in batches, a second
/// apart at most. Nothing grows with the number of files.
public final class AuditRun: Sendable {
  /// How a run ended.
  public enum End: Hashable, Sendable {
    case finished([AuditRecord.Status: Int])
    /// It had been finished before; nothing was done.
    case finishedBefore(files: Int)
    /// It was stopped; the next run goes on.
    case stopped
  }

  private let setup: ExaminerSetup
  private let settings: AuditSettings
  private let output: String
  private let templates: String
  private let reports: AuditReports?
  private let unpacker: String
  private let progress: Mutex<AuditProgress>
  private let isStopping = Atomic<Bool>(false)
  private let failure = Mutex<(any Error)?>(nil)

  /// Memory that members of containers may hold before they are examined, in bytes.
  private static let memberMemory = 512 << 20

  /// - Parameters:
  ///   - output: the audit's own folder.
  ///   - reports: renders whole reports, where the settings ask for any.
  public init(
    setup: ExaminerSetup, settings: AuditSettings, output: String, templates: String,
    reports: ReportFiles
  ) {
    self.setup = setup
    self.settings = settings
    self.output = output
    self.templates = templates
    self.reports =
      settings.reports == .none
      ? nil : AuditReports(files: reports, audit: output)
    unpacker = Resources.sibling("forensic-unpacker")
    progress = Mutex(AuditProgress())
  }

  /// Asks the run to end soon, from any thread; what is in work is finished.
  public func stop() { isStopping.store(true, ordering: .relaxed) }

  /// Works to the end. Blocks the calling thread, which must be none of the cooperative pool's.
  ///
  /// - Parameter show: called about once a second, on a thread of its own.
  public func run(show: @escaping @Sendable (AuditProgress) -> Void) throws -> End {
    if let note = try RunNote.read(folder: output) {
      if let difference = settings.difference(from: note.settings) {
        throw AuditError(
          "\(output.madeVisible) holds a finished audit of something else (\(difference))",
          mend: "Name another folder with --output.")
      }
      return .finishedBefore(files: note.files)
    }
    if settings.isList { try ListWalk.check(settings.input) }
    let store = try AuditStore(folder: output, settings: settings)
    removeDrafts()
    let begun = try beginNote()
    let before = try store.tallies().values.reduce(0, +)
    progress.withLock { $0.before = before }
    try examineAll(store, show: show)
    try store.flush()
    if isStopping.load(ordering: .relaxed) { return .stopped }
    try Results.write(into: output, settings: settings, templates: templates) {
      try store.forEach($0)
    }
    let tallies = try store.tallies()
    try RunNote(
      settings: settings, started: begun.started, finished: .now, host: RunNote.thisHost,
      runs: begun.runs, files: tallies.values.reduce(0, +)
    ).write(folder: output)
    try store.remove(folder: output)
    unlink(output + "/started")
    return .finished(tallies)
  }

  /// Removes what writes left that were killed between their draft and its renaming.
  private func removeDrafts() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    for name in names where name.contains(/^[a-z.]+\.tmp-[0-9a-f]+$/) {
      unlink(output + "/" + name)
    }
  }

  /// When the first run began, and how many there have been.
  private func beginNote() throws -> (started: Timestamp, runs: Int) {
    let path = output + "/started"
    let words =
      ((try? FileSystem.read(path: path)).map { String(decoding: $0, as: UTF8.self) } ?? "")
      .split(separator: " ")
    let started = words.first.flatMap { Timestamp(rfc3339: String($0)) } ?? .now
    let runs = (words.dropFirst().first.flatMap { Int($0) } ?? 0) + 1
    try FileSystem.write(Array("\(started.rfc3339) \(runs)".utf8), path: path)
    return (started, runs)
  }

  private func examineAll(
    _ store: AuditStore, show: @escaping @Sendable (AuditProgress) -> Void
  ) throws {
    let folder =
      settings.isList ? AT_FDCWD : open(settings.input, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 || settings.isList else {
      throw SystemError(action: "read", path: settings.input)
    }
    defer { if folder >= 0 { close(folder) } }
    let examiners = setup.pool.configuration.count
    let channel = CandidateChannel(length: 2 * examiners, budget: Self.memberMemory)
    let worker = AuditWorker(
      setup: setup, settings: settings, reports: reports, store: store, folder: folder)
    let workers = DispatchGroup()
    for _ in 0..<(2 * examiners) {
      workers.enter()
      Thread.detachNewThread {
        self.work(worker, channel, store)
        workers.leave()
      }
    }
    let flag = Flag()
    let clock = DispatchGroup()
    clock.enter()
    Thread.detachNewThread {
      self.tick(until: flag, channel: channel, store: store, show: show)
      clock.leave()
    }
    let (walking, counting) = inventories(store, channel)
    clock.enter()
    Thread.detachNewThread {
      self.count(counting, until: flag)
      clock.leave()
    }
    do {
      _ = try walking.run()
    } catch {
      fail(error)
      channel.cancel()
    }
    channel.close()
    workers.wait()
    flag.set()
    clock.wait()
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func fail(_ error: any Error) {
    failure.withLock { if $0 == nil { $0 = error } }
  }

  private func work(_ worker: AuditWorker, _ channel: CandidateChannel, _ store: AuditStore) {
    while let candidate = channel.take() {
      do {
        let record = try worker.record(of: candidate)
        try keep(record, store)
        candidate.container?.leave()
      } catch AuditWorker.Failure.stopped {
        stop()
        channel.cancel()
      } catch AuditWorker.Failure.unavailable(let reason) {
        fail(AuditError(reason))
        channel.cancel()
      } catch {
        fail(error)
        channel.cancel()
      }
      channel.finish(candidate)
    }
  }

  private func keep(_ record: AuditRecord, _ store: AuditStore) throws {
    try store.add(record)
    progress.withLock { progress in
      progress.done += 1
      progress.bytes += record.size
      progress.tallies[record.status, default: 0] += 1
    }
  }

  private func inventories(
    _ store: AuditStore, _ channel: CandidateChannel
  ) -> (walking: Inventory, counting: Inventory) {
    let limits = ContainerLimits(member: setup.pool.configuration.maximumFileSize)
    func make(put: @escaping @Sendable (Candidate) throws -> Bool) -> Inventory {
      Inventory(
        settings: settings, output: output, limits: limits, unpacker: unpacker,
        isDone: { try store.isDone($0, size: $1, modified: $2) },
        onPassedOver: { self.progress.withLock { $0.passedOver += 1 } }, onDone: {}, put: put,
        record: { record in
          do { try self.keep(record, store) } catch {
            self.fail(error)
            channel.cancel()
          }
        })
    }
    let walking = make { candidate in
      guard !self.isStopping.load(ordering: .relaxed) else { return false }
      return channel.put(candidate)
    }
    return (walking, make { _ in true })
  }

  /// Flushes, and tells how far it is, once a second.
  private func tick(
    until flag: Flag, channel: CandidateChannel, store: AuditStore,
    show: @Sendable (AuditProgress) -> Void
  ) {
    let began = DispatchTime.now().uptimeNanoseconds
    while !flag.wait(seconds: 1) {
      do { try store.flush() } catch {
        fail(error)
        channel.cancel()
        return
      }
      var now = progress.withLock { $0 }
      now.seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
      show(now)
    }
  }

  private func count(_ inventory: Inventory, until flag: Flag) {
    var total = 0
    // An estimate may be missing; the walk itself tells what cannot be read.
    try? inventory.count {
      total += 1
      return !flag.isSet
    }
    if !flag.isSet { progress.withLock { $0.total = total } }
  }
}

/// Set once, waited for by several.
private final class Flag: @unchecked Sendable {
  // Touched under `condition` only.
  private let condition = NSCondition()
  private var value = false

  func set() {
    condition.lock()
    value = true
    condition.broadcast()
    condition.unlock()
  }

  var isSet: Bool {
    condition.lock()
    defer { condition.unlock() }
    return value
  }

  /// Waits until it is set, or so long; whether it is set.
  func wait(seconds: Double) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    if !value { _ = condition.wait(until: Date(timeIntervalSinceNow: seconds)) }
    return value
  }
}
