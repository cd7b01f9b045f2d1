import CLinux
import ForensicCore
import Glibc
import Service

/// Finds the files of an audit and hands on those that are not done yet.
struct Inventory: Sendable {
  let settings: AuditSettings
  /// The audit's own folder, which is no part of it.
  let output: String
  let limits: ContainerLimits
  let unpacker: String
  /// Whether a file has its line already.
  let isDone: @Sendable (AuditRecord.Place, Int, Int64?) throws -> Bool
  /// Files that are passed by: links, devices, names that are not wanted, other shards'.
  let onPassedOver: @Sendable () -> Void
  let onDone: @Sendable () -> Void
  /// Takes a candidate; false to end.
  let put: @Sendable (Candidate) throws -> Bool
  /// Writes a line, from any thread.
  let record: @Sendable (AuditRecord) -> Void

  private let include: [NamePattern]
  private let exclude: [NamePattern]

  init(
    settings: AuditSettings, output: String, limits: ContainerLimits, unpacker: String,
    isDone: @escaping @Sendable (AuditRecord.Place, Int, Int64?) throws -> Bool,
    onPassedOver: @escaping @Sendable () -> Void, onDone: @escaping @Sendable () -> Void,
    put: @escaping @Sendable (Candidate) throws -> Bool,
    record: @escaping @Sendable (AuditRecord) -> Void
  ) {
    self.settings = settings
    self.output = output
    self.limits = limits
    self.unpacker = unpacker
    self.isDone = isDone
    self.onPassedOver = onPassedOver
    self.onDone = onDone
    self.put = put
    self.record = record
    include = settings.include.map(NamePattern.init)
    exclude = settings.exclude.map(NamePattern.init)
  }

  /// Goes over everything; false when `put` ended it.
  func run() throws -> Bool {
    if settings.isList {
      return try ListWalk(list: settings.input) { path in
        guard wants(path), settings.shard.holds(path) else {
          onPassedOver()
          return true
        }
        var facts = fcl_facts()
        // A list may name links; what they lead to is what was meant.
        let descriptor = open(Self.text(path), Self.pathOnly | O_CLOEXEC)
        guard descriptor >= 0 else { return try unreadable(path, errno) }
        defer { close(descriptor) }
        let error = fcl_facts_at(descriptor, "", &facts)
        guard error == 0 else { return try unreadable(path, error) }
        return try file(path, facts, in: AT_FDCWD)
      }.run()
    }
    let root = open(settings.input, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard root >= 0 else { throw SystemError(action: "read", path: settings.input) }
    defer { close(root) }
    return try walk(
      wants: { wants($0) && settings.shard.holds($0) },
      visit: { encounter in
        switch encounter {
        case .file(let path, let facts): return try file(path, facts, in: root)
        case .unreadable(let path, let error):
          // Every shard meets it; one writes it down.
          return try settings.shard.holds(path) ? unreadable(path, error) : true
        case .passedOver:
          onPassedOver()
          return true
        }
      })
  }

  /// Counts the files of the walk by their names alone, containers as one; for an estimate.
  func count(_ found: @escaping () -> Bool) throws {
    guard !settings.isList else {
      guard settings.input != "-" else { return }
      _ = try ListWalk(list: settings.input) { path in
        wants(path) && settings.shard.holds(path) ? found() : true
      }.run()
      return
    }
    _ = try walk(
      wants: { path in
        // Counted here, so that nothing asks for the file's facts.
        if wants(path), settings.shard.holds(path) { _ = found() }
        return false
      }, visit: { _ in true })
  }

  private func walk(
    wants: @escaping ([UInt8]) -> Bool, visit: @escaping (TreeWalk.Encounter) throws -> Bool
  ) throws -> Bool {
    var own = fcl_facts()
    let hasOwn = fcl_facts_at(AT_FDCWD, output, &own) == 0
    return try TreeWalk(
      root: settings.input, avoided: hasOwn ? (own.device, own.inode) : nil,
      enters: { path in !exclude.contains { $0.matches(path) } },
      wants: { path in
        if wants(path) { return true }
        onPassedOver()
        return false
      }, visit: visit
    ).run()
  }

  private func wants(_ path: [UInt8]) -> Bool {
    (include.isEmpty || include.contains { $0.matches(path) })
      && !exclude.contains { $0.matches(path) }
  }

  private func unreadable(_ path: [UInt8], _ error: Int32) throws -> Bool {
    let record = AuditRecord(
      place: .init(path: path), size: 0, modified: nil,
      failure: .unreadable(String(cString: strerror(error))))
    return try offer(
      Candidate(place: record.place, size: 0, modified: nil, source: .record(record)))
  }

  private func offer(_ candidate: Candidate) throws -> Bool {
    guard try !isDone(candidate.place, candidate.size, candidate.modified) else {
      onDone()
      return true
    }
    return try put(candidate)
  }

  private func file(_ path: [UInt8], _ facts: fcl_facts, in folder: Int32) throws -> Bool {
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
    guard try !isDone(place, size, modified) else {
      onDone()
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
    try ContainerWalk(
      limits: limits, unpacker: unpacker, wants: { wants($0) }, isDone: isDone, onDone: onDone,
      put: put, record: record
    ).read(
      descriptor, place: place, size: size, modified: modified, within: nil, budget: nil,
      depth: 1)
  }

  /// O_PATH, which Glibc's module hides: opens nothing, so a FIFO does not hang.
  private static let pathOnly: Int32 = 0o10000000

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
