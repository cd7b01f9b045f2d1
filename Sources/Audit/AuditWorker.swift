import CLinux
import Dispatch
import ForensicCore
import Glibc
import Service
import Synchronization

/// Turns candidates into lines, one at a time, on a thread of its own.
struct AuditWorker: Sendable {
  let setup: ExaminerSetup
  let settings: AuditSettings
  let reports: AuditReports?
  let store: AuditStore
  /// The audited folder, or the one that a list's relative paths are below.
  let folder: Int32
  /// Whether the run ends: then no more is hashed.
  let isStopping: @Sendable () -> Bool

  /// As in the service: attempts at an exhibit whose failure may pass.
  private static let attempts = 3

  /// Why a candidate has no line.
  enum Failure: Error {
    /// The pool ends; the file is left for the next run.
    case stopped
    /// No examiner can be started: no reason to go on.
    case unavailable(String)
  }

  func record(of candidate: Candidate) throws -> AuditRecord {
    func failed(_ failure: ExaminationFailure, _ digest: SHA256Digest? = nil) -> AuditRecord {
      AuditRecord(
        place: candidate.place, size: candidate.size, modified: candidate.modified,
        sha256: digest, failure: failure)
    }
    if case .record(let record) = candidate.source { return record }
    let file: ExhibitFile
    do {
      file = try open(candidate)
    } catch {
      if isStopping() { throw Failure.stopped }
      return failed(error)
    }
    if settings.reports == .none, let known = try store.known(file.digest) {
      return copy(known, to: candidate, size: file.size)
    }
    let name = FileName(
      bytes: (candidate.place.member ?? candidate.place.path)
        .split(separator: UInt8(ascii: "/")).last ?? [])
    let outcome = try examine(file, name: name)
    var record: AuditRecord
    switch outcome.result {
    case .success(let examination):
      record = AuditRecord(
        place: candidate.place, size: file.size, modified: candidate.modified,
        sha256: file.digest, examination: examination)
    case .failure(let failure): record = failed(failure, file.digest)
    }
    if let reports, record.status == .generated || settings.reports == .all {
      var provenance = setup.provenance(fileName: name)
      provenance.confinement = outcome.confinement
      record.report = try reports.write(
        Report(
          exhibit: Exhibit(name: name, sha256: file.digest, size: file.size),
          outcome: outcome.result, provenance: provenance), of: candidate.place)
    }
    return record
  }

  private func open(_ candidate: Candidate) throws(ExaminationFailure) -> ExhibitFile {
    let path = candidate.place.path.map { CChar(bitPattern: $0) } + [0]
    let opened: Int32
    switch candidate.source {
    case .memory(let file): opened = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 3)
    case .file where !settings.isList:
      opened = fcl_open_beneath(folder, path)
      if opened < 0 { throw .unreadable(String(cString: strerror(-opened))) }
    default: opened = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    }
    guard opened >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
    return try ExhibitFile(
      descriptor: opened, limit: setup.pool.configuration.maximumFileSize,
      goesOn: { _ in !isStopping() })
  }

  private func examine(_ file: ExhibitFile, name: FileName) throws -> ExaminationOutcome {
    var attempt = 1
    while true {
      let outcome = wait {
        await setup.pool.examine(
          descriptor: file.descriptor, name: name, size: file.size, figures: reports != nil)
      }
      guard case .failure(let failure) = outcome.result, failure.transient else { return outcome }
      if failure.code == "examiner.stopped" { throw Failure.stopped }
      guard attempt < Self.attempts else {
        if failure.code == "examiner.unavailable" { throw Failure.unavailable(failure.message) }
        return outcome
      }
      attempt += 1
    }
  }

  /// The line of the same bytes met elsewhere.
  private func copy(_ known: AuditRecord, to candidate: Candidate, size: Int) -> AuditRecord {
    var copy = known
    copy.place = candidate.place
    copy.size = size
    copy.modified = candidate.modified
    return copy
  }

  /// Waits on this thread, which is none of the cooperative pool's.
  private func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let done = DispatchSemaphore(value: 0)
    let holder = Holder<Value>()
    Task {
      let value = await body()
      holder.set(value)
      done.signal()
    }
    while true {
      done.wait()
      if let value = holder.value { return value }
    }
  }
}

/// A value on its way from a task to the thread that waits for it.
private final class Holder<Value: Sendable>: Sendable {
  private let box = Mutex<Value?>(nil)

  func set(_ value: Value) { box.withLock { $0 = value } }
  var value: Value? { box.withLock { $0 } }
}
