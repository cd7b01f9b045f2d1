import ForensicCore
import Glibc

/// Hands on the members of a container, and those of the containers among them.
struct ContainerWalk {
  let limits: ContainerLimits
  let unpacker: String
  /// Whether a member is wanted, by its name.
  let wants: ([UInt8]) -> Bool
  let isDone: (AuditRecord.Place, Int, Int64?) throws -> Bool
  /// What has its line is still there, with all that lies in it.
  let onDone: (AuditRecord.Place) throws -> Void
  /// Asked at every member, done or not.
  let isStopping: () -> Bool
  let put: (Candidate) throws -> Bool
  /// Writes a line, from any thread.
  let record: @Sendable (AuditRecord) -> Void

  /// Reads one container; false when `put` ended it.
  ///
  /// - Parameters:
  ///   - outer: the container it is a member of.
  ///   - budget: unpacked bytes the outer container leaves it.
  ///   - depth: 1 for a container that is a file.
  func read(
    _ descriptor: Int32, place: AuditRecord.Place, size: Int, modified: Int64?,
    within outer: ContainerLatch?, budget: Int?, depth: Int
  ) throws -> Bool {
    let total = limits.total(size: size, outer: budget)
    let latch = ContainerLatch(within: outer, record: record)
    var left = total
    var count = 0
    var isEnded = false
    let failure = try ContainerReader(program: unpacker, limits: limits, total: total).read(
      descriptor,
      wants: { _, name in wants(name) || ContainerKind.suits(name) },
      visit: { member in
        if case .success(let (_, size)) = member.content { left -= size }
        count += 1
        isEnded =
          try isStopping()
          || !take(
            member, of: place, modified: modified, within: latch, budget: left, depth: depth)
        return !isEnded
      })
    if isEnded { return false }
    var line = AuditRecord(place: place, status: .container, size: size, modified: modified)
    line.members = count
    if let failure {
      // Members behind the break that have lines of an earlier run are those of the same container.
      try onDone(place)
      line.status = .failed
      line.errorCode = failure.code
      line.errorMessage = failure.message
    }
    latch.close(line)
    return true
  }

  private func take(
    _ member: ContainerReader.Member, of container: AuditRecord.Place, modified: Int64?,
    within latch: ContainerLatch, budget: Int, depth: Int
  ) throws -> Bool {
    let place = Self.place(of: member, in: container)
    let modified = member.modified ?? modified
    var candidate = Candidate(
      place: place, size: 0, modified: modified,
      source: .record(AuditRecord(place: place, status: .failed, size: 0, modified: modified)),
      container: latch)
    switch member.content {
    case .failure(let failure):
      candidate.source = .record(
        AuditRecord(place: place, size: 0, modified: modified, failure: failure))
    case .success(let (file, size)):
      candidate.size = size
      candidate.source = .memory(file)
      if ContainerKind.suits(member.name), ContainerKind.suits(descriptor: file.descriptor) {
        if try isDone(place, size, modified) { break }
        if depth < limits.depth, budget > 0 {
          return try read(
            file.descriptor, place: place, size: size, modified: modified, within: latch,
            budget: budget, depth: depth + 1)
        }
        candidate.source = .record(
          AuditRecord(place: place, size: size, modified: modified, failure: Self.tooDeep))
      } else if !wants(member.name) {
        return true
      }
    }
    return try offer(candidate)
  }

  private func offer(_ candidate: Candidate) throws -> Bool {
    guard try !isDone(candidate.place, candidate.size, candidate.modified) else {
      try onDone(candidate.place)
      return true
    }
    candidate.container?.enter()
    return try put(candidate)
  }

  private static let tooDeep = ExaminationFailure(
    code: "container.depth",
    message: "It lies in too many containers, or its outer container is full.")

  private static func place(
    of member: ContainerReader.Member, in container: AuditRecord.Place
  ) -> AuditRecord.Place {
    let digits = String(member.number)
    let number = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return AuditRecord.Place(
      path: container.path,
      position: container.position.isEmpty ? number : container.position + "/" + number,
      member: (container.member.map { $0 + Array("!/".utf8) } ?? []) + member.name)
  }
}
