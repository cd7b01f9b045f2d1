import ForensicCore
import Glibc

/// The blocking steps around an examination, for the work threads.
struct Bench: Sendable {
  let journal: Journal
  let custodian: Custodian
  let outbox: Folder
  let incidents: Incidents
  let crash: CrashSwitch
  var services: QueueServices
  var settings: QueueConfiguration

  /// What is ready for the examiner.
  struct Prepared: Sendable {
    var exhibit: Case
    var file: OpenFile
    var transitions: [CaseTransition]
    /// The original has left its inbox.
    var leftInbox: Bool
    /// A finished examination of the same bytes.
    var earlier: Earlier?
  }

  struct Earlier: Sendable {
    var id: String
    var examination: Examination
    var confinement: Report.Confinement?
  }

  /// Brings the original where it belongs, opens it, and looks for an earlier examination.
  func prepare(_ exhibit: Case) throws -> Result<Prepared, ExaminationFailure> {
    // Before anything is done with it: it is left as it came.
    if let tooLarge = tooLarge(exhibit) { return .failure(tooLarge) }
    do {
      let unkept = try custodian.keepSidecar(exhibit)
      if let unkept { incidents.note(unkept, exhibit: exhibit.id) }
      let whereabouts = try custodian.secure(exhibit)
      if case .both(let problem) = whereabouts { incidents.note(problem, exhibit: exhibit.id) }
      let left = try custodian.letGoSidecar(exhibit)
      if let left { incidents.note(left, exhibit: exhibit.id) }
      let file = try custodian.open(exhibit)
      let transitions = try journal.transitions(of: exhibit.number)
      try crash.pass(.beforeExamination)
      guard exhibit.interruptions < Interruption.most else {
        return .failure(Interruption.failure(exhibit.interruptions))
      }
      return .success(
        Prepared(
          exhibit: exhibit, file: file, transitions: transitions,
          leftInbox: whereabouts == .evidence, earlier: try earlier(exhibit)))
    } catch let failure as ExaminationFailure {
      return .failure(failure)
    } catch  where error is CrashSwitch.Crashed || Journal.isDamage(error) {
      throw error
    } catch let error as QueueError
      where error.systemError == ENOSPC || error.systemError == EDQUOT
    {
      return .failure(noRoom(error, exhibit))
    } catch {
      return .failure(
        ExaminationFailure(
          code: "evidence.unavailable", message: "The original could not be stored: \(error)",
          mend: "See to the evidence store's space and permissions.", transient: true))
    }
  }

  /// The examination that was made of the same bytes by the same version, bundle and
  /// configuration, read back from its report. The name is this exhibit's own.
  private func earlier(_ exhibit: Case) throws -> Earlier? {
    let fingerprint = services.provenance(exhibit.exhibit).fingerprint
    guard let digest = exhibit.sha256,
      let first = try journal.reported(sha256: digest, fingerprint: fingerprint),
      let folder = try? Folder(below: outbox, Array(first.place.utf8)),
      let bytes = PublishedFolder.bytes(of: folder),
      let report = try? services.readReport(bytes), report.exhibit.id == first.id,
      report.exhibit.sha256 == exhibit.sha256,
      case .success(let examination) = report.outcome
    else { return nil }
    return Earlier(
      id: first.id, examination: examination.underName(exhibit.name),
      confinement: report.provenance.confinement)
  }

  /// Hashes the examined descriptor again: what was examined must be what was received.
  func verify(_ prepared: Prepared) throws -> ExaminationFailure? {
    try crash.pass(.afterExamination)
    let result: FileHasher.Result?
    do {
      result = try custodian.hasher.hash(prepared.file, length: prepared.exhibit.size)
    } catch {
      return ExaminationFailure(
        code: "file.unreadable", message: "The file could not be read again: \(error.message).",
        transient: true)
    }
    guard let result else {
      return ExaminationFailure(
        code: "service.stopping", message: "The service is stopping.", transient: true)
    }
    guard result.digest == prepared.exhibit.sha256 else {
      return ExaminationFailure(
        code: "file.changed",
        message: "The file was changed while it was examined: its SHA-256 is not the one taken "
          + "when it was received.",
        mend: "Drop it again and leave it until its report is there.")
    }
    return nil
  }
}
