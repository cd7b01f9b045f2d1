import Synchronization

/// The instants at which a test may stop everything as `kill -9` would: before each step that
/// changes something on disk, and after the last.
package enum CrashPoint: String, Hashable, Sendable, CaseIterable {
  case fileHashed, receivedWritten
  case evidenceDrafted, evidenceInPlace, originalTaken, originalGone
  case sidecarDrafted, sidecarInPlace, sidecarTaken, sidecarGone
  case beforeExamination, afterExamination
  case draftFolderMade, jsonWritten, htmlWritten, draftFlushed
  case folderPublished, monthFlushed
  case logHalfWritten, logWritten
  case journalWritten, indexWritten
  case interruptedSettled
}

/// Asks at every crash point whether to go on. In the service the answer is always yes.
package final class CrashSwitch: Sendable {
  /// Everything stops here; nothing may be tidied up.
  package struct Crashed: Error {}

  private let decide: (@Sendable (CrashPoint) -> Bool)?
  private let crashed = Mutex(false)

  /// `decide` answers whether to crash at a point; after the first yes every point crashes.
  package init(_ decide: (@Sendable (CrashPoint) -> Bool)? = nil) { self.decide = decide }

  package func pass(_ point: CrashPoint) throws {
    guard let decide else { return }
    let stop = crashed.withLock { crashed in
      if !crashed && decide(point) { crashed = true }
      return crashed
    }
    if stop { throw Crashed() }
  }
}
