import ForensicCore

/// One exhibit as the journal knows it.
package struct Case: Hashable, Sendable {
  /// The journal's own number; ascending in the order of arrival.
  package var number: Int64
  /// `2026-000123`.
  package var id: String
  package var inbox: InboxRecord
  /// The path below the inbox, as bytes; empty at its top.
  package var folder: [UInt8]
  package var name: FileName
  /// `nil` for a file that was over the limit of size when it came: no byte of it was read.
  package var sha256: SHA256Digest?
  package var size: Int
  /// The file's modification time, nanoseconds since 1970.
  package var modified: Int64
  package var received: Timestamp
  package var disposition: QueueConfiguration.Disposition
  /// How to know the file again in its inbox; `nil` once the inbox does not hold it any more.
  package var identity: FileIdentity?
  package var state: CaseState
  /// When it came to `state`.
  package var since: Timestamp
  /// Attempts that were made and came to an end.
  package var attempts: Int
  /// How often the service ended, without a clean stop, while it was before an examiner.
  package var interruptions = 0
  /// Not to be examined before.
  package var due: Timestamp
  /// The folder its report gets, `2026/11/photo-3f9a1c`, below the outbox or its quarantine.
  package var place: String
  package var sameBytesAs: String?
  /// Version and digests behind its report.
  package var fingerprint: String?
  package var leaning: Conclusion.Leaning?
  package var probabilityGenerated: Double?
  package var error: ExaminationFailure?
  /// The sidecar file that lay beside it when it was taken up.
  package var sidecar: Sidecar?

  /// The exhibit as the report shows it.
  package var exhibit: Exhibit {
    Exhibit(
      id: id, name: name, sha256: sha256, size: size, inbox: inbox.name,
      folder: folder.isEmpty ? nil : FileName(bytes: folder).text, received: received,
      modified: Timestamp(nanoseconds: modified), sameBytesAs: sameBytesAs,
      caseFile: sidecar?.fields, sidecar: sidecar)
  }

  /// The published folder relative to the outbox; `nil` before the end.
  package var report: String? {
    switch state {
    case .reported: place
    case .quarantined: "quarantine/" + place
    default: nil
    }
  }

  package var summary: ExhibitSummary {
    ExhibitSummary(
      id: id, name: name.text, folder: FileName(bytes: folder).text, inbox: inbox.name,
      sha256: sha256, size: size, received: received, state: state, since: since,
      attempts: attempts, due: state == .failed ? due : nil, report: report, leaning: leaning,
      probabilityGenerated: probabilityGenerated, error: error, sameBytesAs: sameBytesAs)
  }
}

/// An inbox as the journal remembers it, also after the configuration has forgotten it.
package struct InboxRecord: Hashable, Sendable {
  package var number: Int64
  package var name: String
  package var path: String

  package init(number: Int64, name: String, path: String) {
    self.number = number
    self.name = name
    self.path = path
  }
}

/// One step of an exhibit's way.
package struct CaseTransition: Hashable, Sendable {
  package var time: Timestamp
  package var state: CaseState
  package var cause: String
  /// How often an end that recurs has come by now; 0 for all other steps.
  package var times: Int

  package init(time: Timestamp, state: CaseState, cause: String, times: Int = 0) {
    self.time = time
    self.state = state
    self.cause = cause
    self.times = times
  }

  package var custody: Report.CustodyEvent {
    let count = times > 1 ? " (\(times) times by now)" : ""
    return Report.CustodyEvent(time: time, state: state.rawValue, cause: cause + count)
  }
}

/// A file that has been taken in and is to be written down.
package struct NewCase: Sendable {
  package var inbox: InboxRecord
  package var folder: [UInt8]
  package var name: FileName
  /// `nil` for a file over the limit of size.
  package var sha256: SHA256Digest?
  package var identity: FileIdentity
  package var disposition: QueueConfiguration.Disposition
  package var sidecar: Sidecar?
  /// Its way so far; the last one's state is the exhibit's state.
  package var transitions: [CaseTransition]

  package init(
    inbox: InboxRecord, folder: [UInt8], name: FileName, sha256: SHA256Digest?,
    identity: FileIdentity, disposition: QueueConfiguration.Disposition, sidecar: Sidecar? = nil,
    transitions: [CaseTransition]
  ) {
    self.inbox = inbox
    self.folder = folder
    self.name = name
    self.sha256 = sha256
    self.identity = identity
    self.disposition = disposition
    self.sidecar = sidecar
    self.transitions = transitions
  }
}

/// What changes with one transition. `nil` leaves a column as it is.
package struct CaseUpdate: Sendable {
  package var number: Int64
  package var transition: CaseTransition
  package var attempts: Int?
  package var interruptions: Int?
  /// It stays in the state it is in, for the same cause: no step of its way.
  package var isRepeated = false
  /// An end that may come every few seconds for days: of a row of such, the first and the last one
  /// with their number are steps of its way.
  package var recurs = false
  package var due: Timestamp?
  /// The inbox does not hold the file any more.
  package var forgetsIdentity = false
  package var place: String?
  package var sameBytesAs: String?
  package var fingerprint: String?
  package var leaning: Conclusion.Leaning?
  package var probabilityGenerated: Double?
  /// What the attempt failed with; an update to `reported` removes the last one's.
  package var error: ExaminationFailure?

  package init(number: Int64, transition: CaseTransition) {
    self.number = number
    self.transition = transition
  }
}
