import CLinux
import ExaminerPool
import ForensicCore
import Glibc
import Service

/// Has one container read by a confined `forensic-unpacker`, and receives its members. What the
/// child sends is not trusted: its frames, their bytes and the members are bounded, and a child that is
/// silent for too long is ended.
package struct ContainerReader {
  /// A member, whole, or why there is none.
  package struct Member {
    /// Counted from 1, in the order of the archive.
    package var number: Int
    package var name: [UInt8]
    /// Milliseconds since 1970.
    var modified: Int64?
    var content: Result<(file: MemoryFile, size: Int), ExaminationFailure>
  }

  let program: String
  let limits: ContainerLimits
  /// Unpacked bytes.
  let total: Int
  /// Takes what the child remarks, line by line, a bounded number of them.
  let log: (String) -> Void

  /// Seconds without a frame after which the child is given up.
  private static let patience: Int32 = 120
  private static let longestFrame = 1 << 17

  package init(
    program: String, limits: ContainerLimits, total: Int,
    log: @escaping (String) -> Void = Self.print
  ) {
    self.program = program
    self.limits = limits
    self.total = total
    self.log = log
  }

  /// Reads a container; gives what was wrong with it, or `nil`.
  ///
  /// - Parameters:
  ///   - wants: whether a member is wanted, by its number and name; the others are passed over.
  ///   - visit: takes a member; false to stop.
  package func read(
    _ descriptor: Int32, wants: (Int, [UInt8]) throws -> Bool,
    visit: (Member) throws -> Bool
  ) throws -> ExaminationFailure? {
    var sockets: [Int32] = [-1, -1]
    guard clinux_socket_pair(&sockets) == 0 else {
      throw SystemError(action: "make a socket for", path: program)
    }
    defer { close(sockets[0]) }
    var errors: [Int32] = [-1, -1]
    guard fcl_pipe(&errors) == 0 else {
      close(sockets[1])
      throw SystemError(action: "make a pipe for", path: program)
    }
    defer { close(errors[0]) }
    let pid = start(socket: sockets[1], errors: errors[1])
    close(sockets[1])
    close(errors[1])
    guard pid > 0 else { throw SystemError(action: "start", path: program, code: -pid) }
    defer {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      tell(errors[0])
    }
    var byte: UInt8 = 1
    guard clinux_send_descriptor(sockets[0], &byte, 1, descriptor) == 1 else {
      return Self.crashed
    }
    return try receive(from: FrameSource(socket: sockets[0]), wants: wants, visit: visit)
  }

  private func receive(
    from source: FrameSource, wants: (Int, [UInt8]) throws -> Bool,
    visit: (Member) throws -> Bool
  ) throws -> ExaminationFailure? {
    var member: Member?
    var isWanted = false
    var number = 0
    var received = 0
    while let (kind, payload) = source.next(
      longest: Self.longestFrame, patience: Self.patience)
    {
      switch kind {
      case UInt8(ascii: "E"):
        guard payload.count >= 17 else { return Self.crashed }
        number += 1
        // It was told the limits, and ends by itself there.
        guard number <= limits.entries else { return Self.crashed }
        let name = Array(payload[17...])
        isWanted = try wants(number, name)
        let seconds = Self.integer(payload[8..<16])
        let memory = fcl_memory_file("forensic-member")
        guard memory >= 0 else {
          throw SystemError(action: "make memory for a member of", path: program, code: -memory)
        }
        member = Member(
          number: number, name: name,
          modified: (1...253_402_300_799).contains(seconds) ? seconds * 1000 : nil,
          content: .success((MemoryFile(descriptor: memory), 0)))
      case UInt8(ascii: "D"):
        guard case .success(let (file, start))? = member?.content else { return Self.crashed }
        received += payload.count
        guard received <= total else { return Self.crashed }
        let size = start + payload.count
        guard size <= limits.member else { return Self.crashed }
        if isWanted { try Self.append(payload, to: file, at: start) }
        member?.content = .success((file, size))
      case UInt8(ascii: "X"), UInt8(ascii: "S"):
        guard var done = member else { return Self.crashed }
        if kind == UInt8(ascii: "S") { done.content = .failure(Self.failure(payload)) }
        member = nil
        if isWanted, try !visit(done) { return nil }
      case UInt8(ascii: "F"): return Self.failure(payload)
      case UInt8(ascii: "Z"): return nil
      default: return Self.crashed
      }
    }
    return Self.crashed
  }

  /// Passes on what lies in the pipe that was the child's standard error. What did not fit into it, the
  /// child has not got rid of; and whoever has taken it over may have written anything.
  private func tell(_ errors: Int32) {
    var output = ErrorOutput()
    var buffer = [UInt8](repeating: 0, count: ErrorOutput.mostBytes)
    while true {
      let count = Glibc.read(errors, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for line in output.take(buffer[..<count]) { log(line) }
    }
    if let line = output.reset() { log(line) }
  }

  /// Writes a remark where our own go.
  package static func print(_ line: String) {
    let bytes = Array("forensic-unpacker: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  private func start(socket: Int32, errors: Int32) -> pid_t {
    let words = [
      program, "--parent", String(getpid()), "--member", String(limits.member), "--total",
      String(total), "--entries", String(limits.entries),
    ]
    var environment = ["LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=enable=no"]
    if let path = getenv("LD_LIBRARY_PATH") {
      environment.append("LD_LIBRARY_PATH=" + String(cString: path))
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    return clinux_spawn(program, &arguments, &variables, socket, errors)
  }

  private static func append(_ bytes: [UInt8], to file: MemoryFile, at place: Int) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        pwrite(
          file.descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset,
          off_t(place + offset))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemError(action: "hold in memory", path: "a member") }
      offset += count
    }
  }

  private static func failure(_ payload: [UInt8]) -> ExaminationFailure {
    let parts = String(decoding: payload, as: UTF8.self).madeVisible.split(
      separator: " ", maxSplits: 1)
    return ExaminationFailure(
      code: parts.first.map(String.init) ?? "container.malformed",
      message: "The container cannot be read whole: " + (parts.dropFirst().first ?? "no reason"))
  }

  private static let crashed = ExaminationFailure(
    code: "container.crashed",
    message:
      "The process that read the container ended, took too long, or did not keep to its limits.")

  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
    bytes.reversed().reduce(0) { $0 << 8 | Int64($1) }
  }
}

/// Frames from a socket.
final class FrameSource {
  private let socket: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 17)
  private var start = 0
  private var end = 0

  init(socket: Int32) { self.socket = socket }

  /// The next frame; `nil` at the end, after `patience` seconds of silence, and for a frame that
  /// is longer than `longest`.
  func next(longest: Int, patience: Int32) -> (kind: UInt8, payload: [UInt8])? {
    guard let head = take(5, patience: patience) else { return nil }
    let length = head[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= longest, let payload = take(length, patience: patience) else { return nil }
    return (head[0], payload)
  }

  private func take(_ count: Int, patience: Int32) -> [UInt8]? {
    var bytes = [UInt8]()
    bytes.reserveCapacity(count)
    while bytes.count < count {
      if start == end, !fill(patience: patience) { return nil }
      let part = min(count - bytes.count, end - start)
      bytes.append(contentsOf: buffer[start..<(start + part)])
      start += part
    }
    return bytes
  }

  private func fill(patience: Int32) -> Bool {
    while true {
      var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let ready = poll(&polled, 1, patience * 1000)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return false }
      let count = Glibc.read(socket, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      start = 0
      end = count
      return true
    }
  }
}
