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
    /// It had been finished before; nothing was done. Without tallies where its summary is gone.
    case finishedBefore(files: Int, tallies: [AuditRecord.Status: Int]?)
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

  /// When the first run began, and how many there have been.
  static let startedName = "started"

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

  /// Asks the run to end soon, from any thread; what is being examined is finished, what is being
  /// hashed is left for the next run.
  public func stop() { isStopping.store(true, ordering: .relaxed) }

  /// Works to the end. Blocks the calling thread, which must be none of the cooperative pool's.
  ///
  /// - Parameter show: called about once a second, on a thread of its own.
  public func run(show: @escaping @Sendable (AuditProgress) -> Void) throws -> End {
    if let end = try finishedBefore() { return end }
    if settings.isList { try ListWalk.check(settings.input) }
    guard let store = try AuditStore.open(folder: output, settings: settings) else {
      // Another process had it, and has ended it since.
      return try run(show: show)
    }
    ReportSweep.removeDrafts(audit: output)
    let begun = try beginNote()
    let before = try store.tallies().values.reduce(0, +)
    progress.withLock { $0.before = before }
    try examineAll(store, show: show)
    try store.flush()
    if isStopping.load(ordering: .relaxed) { return .stopped }
    try store.removeStale()
    if reports != nil, begun.runs > 1 {
      try store.withReports { try ReportSweep.run(audit: output, isNamed: $0) }
    }
    try Results.write(into: output, settings: settings, templates: templates) {
      try store.forEach($0)
    }
    let tallies = try store.tallies()
    try RunNote(
      settings: store.settings, started: begun.started, finished: .now, host: RunNote.thisHost,
      runs: begun.runs, files: tallies.values.reduce(0, +)
    ).write(folder: output)
    try store.remove(folder: output)
    return .finished(tallies)
  }

  /// The end of an audit that has its results already.
  private func finishedBefore() throws -> End? {
    guard let note = try RunNote.read(folder: output) else { return nil }
    AuditStore.removeLeftovers(folder: output)
    if let difference = settings.difference(from: note.settings) {
      throw AuditError(
        "\(output.madeVisible) holds a finished audit of something else (\(difference))",
        mend: "Name another folder with --output.")
    }
    return .finishedBefore(files: note.files, tallies: try? Results.tallies(folder: output))
  }

  private func beginNote() throws -> (started: Timestamp, runs: Int) {
    let path = output + "/" + Self.startedName
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
    // Those that it was begun with know the folder of a list's paths.
    let settings = store.settings
    let folder =
      settings.isList
      ? settings.base.map { open($0, FileSystem.pathOnly | O_DIRECTORY | O_CLOEXEC) } ?? AT_FDCWD
      : open(settings.input, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 || settings.isList else {
      throw SystemError(action: "read", path: settings.input)
    }
    defer { if folder >= 0 { close(folder) } }
    let examiners = setup.pool.configuration.count
    let channel = CandidateChannel(length: 2 * examiners, budget: Self.memberMemory)
    let worker = AuditWorker(
      setup: setup, settings: settings, reports: reports, store: store, folder: folder,
      isStopping: { self.isStopping.load(ordering: .relaxed) })
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
    let selection = FileSelection(settings: settings, output: output)
    let inventory = inventory(of: selection, in: folder, store, channel)
    clock.enter()
    Thread.detachNewThread {
      self.count(selection, until: flag)
      clock.leave()
    }
    do {
      _ = try inventory.run()
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

  private func inventory(
    of selection: FileSelection, in folder: Int32, _ store: AuditStore, _ channel: CandidateChannel
  ) -> Inventory {
    Inventory(
      selection: selection, store: store, folder: folder,
      limits: ContainerLimits(member: setup.pool.configuration.maximumFileSize),
      unpacker: unpacker, isEnded: { self.isStopping.load(ordering: .relaxed) },
      onPassedOver: { self.progress.withLock { $0.passedOver += 1 } },
      put: { candidate in
        guard !self.isStopping.load(ordering: .relaxed) else { return false }
        return channel.put(candidate)
      },
      record: { record in
        do { try self.keep(record, store) } catch {
          self.fail(error)
          channel.cancel()
        }
      })
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

  private func count(_ selection: FileSelection, until flag: Flag) {
    var total = 0
    let isEnded = { flag.isSet || self.isStopping.load(ordering: .relaxed) }
    // An estimate may be missing; the walk itself tells what cannot be read.
    try? selection.count(isEnded: isEnded) { total += 1 }
    if !isEnded() { progress.withLock { $0.total = total } }
  }
}
