import Glibc
import Synchronization

/// One file on its way to an examiner.
struct Candidate: Sendable {
  enum Source: Sendable {
    /// To be opened by its path.
    case file
    /// A container's member, in memory.
    case memory(MemoryFile)
    /// Nothing to open: a line that says why.
    case record(AuditRecord)
  }

  var place: AuditRecord.Place
  var size: Int
  /// Milliseconds since 1970.
  var modified: Int64?
  var source: Source
  /// Waits for this candidate's line, where it is a member.
  var container: ContainerLatch?

  /// Bytes of memory it holds while it waits.
  var weight: Int {
    if case .memory = source { return size }
    return 0
  }
}

/// Holds back a container's own line until all its members have theirs: a container that has a line
/// is not opened again.
final class ContainerLatch: Sendable {
  private struct State {
    // The walk itself counts as one until `close`.
    var pending = 1
    var line: AuditRecord?
  }

  private let state = Mutex(State())
  private let outer: ContainerLatch?
  private let record: @Sendable (AuditRecord) -> Void

  init(within outer: ContainerLatch?, record: @escaping @Sendable (AuditRecord) -> Void) {
    self.outer = outer
    self.record = record
    outer?.enter()
  }

  func enter() { state.withLock { $0.pending += 1 } }

  /// A member has its line.
  func leave() {
    let line = state.withLock { state in
      state.pending -= 1
      return state.pending == 0 ? state.line : nil
    }
    guard let line else { return }
    record(line)
    outer?.leave()
  }

  /// No more members will come; `line` is the container's own.
  func close(_ line: AuditRecord) {
    state.withLock { $0.line = line }
    leave()
  }
}

/// A file without a name that lives in memory; gone with its last owner.
final class MemoryFile: Sendable {
  let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }
}
