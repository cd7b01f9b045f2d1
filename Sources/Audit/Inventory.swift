import CLinux
import ForensicCore
import Glibc
import Service

/// Finds the files of an audit and hands on those that are not done yet.
struct Inventory: Sendable {
  let selection: FileSelection
  let store: AuditStore
  /// The audited folder, or the one that a list's relative paths are below: -1 where that one cannot
  /// be opened.
  let folder: Int32
  let limits: ContainerLimits
  let unpacker: String
  /// Whether to give up.
  let isEnded: @Sendable () -> Bool
  /// Files that are passed by: links, devices, names that are not wanted, other shards'.
  let onPassedOver: @Sendable () -> Void
  /// Takes a candidate; false to end.
  let put: @Sendable (Candidate) throws -> Bool
  /// Writes a line, from any thread.
  let record: @Sendable (AuditRecord) -> Void

  private var settings: AuditSettings { selection.settings }

  /// Goes over everything; false when it was ended.
  func run() throws -> Bool {
    if settings.isList {
      return try ListWalk(list: settings.input) { path in
        if isEnded() { return false }
        guard selection.holds(path) else {
          onPassedOver()
          return true
        }
        return try listed(path)
      }.run()
    }
    return try selection.walk(
      isEnded: isEnded,
      takes: { path in
        if selection.holds(path) { return true }
        onPassedOver()
        return false
      },
      visit: { encounter in
        switch encounter {
        case .file(let path, let facts): return try file(path, facts)
        case .unreadable(let path, let error):
          try store.noteHidden(below: path)
          // Every shard meets it; one writes it down.
          return try settings.shard.holds(path) ? unreadable(path, error) : true
        case .passedOver:
          onPassedOver()
          return true
        }
      })
  }

  private func listed(_ path: [UInt8]) throws -> Bool {
    guard folder != -1 || path.first == UInt8(ascii: "/") else {
      throw AuditError(
        "the folder \((settings.base ?? "").madeVisible), which the list's paths are below, cannot "
          + "be opened", mend: "Put it back, or name another folder with --output.")
    }
    var facts = fcl_facts()
    // A list may name links; what they lead to is what was meant.
    let descriptor = openat(folder, Self.text(path), FileSystem.pathOnly | O_CLOEXEC)
    guard descriptor >= 0 else { return try unreadable(path, errno) }
    defer { close(descriptor) }
    let error = fcl_facts_at(descriptor, "", &facts)
    guard error == 0 else { return try unreadable(path, error) }
    return try file(path, facts)
  }

  /// What was examined keeps its line: it tells more.
  private func unreadable(_ path: [UInt8], _ error: Int32) throws -> Bool {
    let place = AuditRecord.Place(path: path)
    if try store.isKnown(path) {
      try store.notePresent(place)
      return true
    }
    let record = AuditRecord(
      place: place, size: 0, modified: nil, failure: .unreadable(String(cString: strerror(error))))
    return try put(Candidate(place: place, size: 0, modified: nil, source: .record(record)))
  }

  private func file(_ path: [UInt8], _ facts: fcl_facts) throws -> Bool {
    let modified = facts.modified.flooredDivision(by: 1_000_000)
    guard facts.mode & UInt32(S_IFMT) == UInt32(S_IFREG) else {
      return try unreadable(path, EINVAL)
    }
    if let since = settings.since, modified < since.milliseconds {
      onPassedOver()
      return true
    }
    let place = AuditRecord.Place(path: path)
    let size = Int(facts.size)
    guard try !store.isDone(place, size: size, modified: modified) else {
      try store.notePresent(place)
      return true
    }
    if settings.containers, ContainerKind.suits(path) {
      let opened =
        settings.isList
        ? openat(folder, Self.text(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        : fcl_open_beneath(folder, Self.text(path))
      if opened >= 0 {
        defer { close(opened) }
        if ContainerKind.suits(descriptor: opened) {
          return try container(opened, place: place, size: size, modified: modified)
        }
      }
    }
    return try put(Candidate(place: place, size: size, modified: modified, source: .file))
  }

  /// The members of a container, then its own line: a container with a line is done.
  private func container(
    _ descriptor: Int32, place: AuditRecord.Place, size: Int, modified: Int64?
  ) throws -> Bool {
    let mayBeDone = try store.beginContainer(place.path, size: size, modified: modified)
    return try ContainerWalk(
      limits: limits, unpacker: unpacker, wants: { selection.wants($0) },
      isDone: { try mayBeDone && store.isDone($0, size: $1, modified: $2) },
      onDone: { try store.notePresent($0) },
      isStopping: isEnded, put: put, record: record
    ).read(
      descriptor, place: place, size: size, modified: modified, within: nil, budget: nil,
      depth: 1)
  }

  private static func text(_ path: [UInt8]) -> [CChar] {
    path.map { CChar(bitPattern: $0) } + [0]
  }
}

extension ExaminationFailure {
  static func unreadable(_ reason: String) -> ExaminationFailure {
    ExaminationFailure(code: "file.unreadable", message: "It cannot be read: \(reason).")
  }
}

extension Int64 {
  /// Also for times before 1970.
  func flooredDivision(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
