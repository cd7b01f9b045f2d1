import Foundation
import Glibc
import Logging
import Service
import Synchronization
import Testing

@Suite("Control socket")
struct ControlSocketTests {
  private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let path = "/tmp/forensicd-test-\(UInt64.random(in: 0...UInt64.max)).sock"

  private func echo(_ request: ControlRequest) -> [UInt8] {
    let response = ControlResponse(value: request.exhibit ?? "none")
    return (try? JSONEncoder().encode(response)).map(Array.init) ?? []
  }

  @Test("answers, many at once")
  func answers() async throws {
    let server = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    server.start()
    defer { server.stop() }
    let client = ControlClient(socket: path)
    // Asking blocks: on threads of its own, never on those that the answers are made on.
    let answers = Mutex([String]())
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      DispatchQueue.global().async {
        DispatchQueue.concurrentPerform(iterations: 40) { number in
          let request = ControlRequest(command: .show, exhibit: "\(number)")
          if let answer = try? client.ask(request, for: String.self) {
            answers.withLock { $0.append(answer) }
          }
        }
        done.resume()
      }
    }
    #expect(Set(answers.withLock { $0 }) == Set((0..<40).map(String.init)))
  }

  @Test("a silent peer does not keep others waiting")
  func silentPeer() throws {
    let server = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    server.start()
    defer { server.stop() }
    let silent = (0..<8).map { _ in rawConnection() }
    defer { silent.forEach { close($0) } }
    let answer = try ControlClient(socket: path).ask(
      ControlRequest(command: .status), for: String.self)
    #expect(answer == "none")
  }

  @Test(
    "nonsense is answered with an error",
    arguments: [
      "", "{}", "[1]", "\u{0}", "{\"protocol\":9,\"command\":\"status\"}",
      "{\"protocol\":1,\"command\":\"queue\",\"limit\":-5}",
      "{\"protocol\":1,\"command\":\"queue\",\"limit\":0}",
      "{\"protocol\":1,\"command\":\"queue\",\"limit\":1000000}",
      "{\"protocol\":1,\"command\":\"queue\",\"state\":\"x\"}",
    ])
  func nonsense(line: String) throws {
    let server = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    server.start()
    defer { server.stop() }
    let peer = rawConnection()
    defer { close(peer) }
    let bytes = Array((line + "\n").utf8)
    #expect(write(peer, bytes, bytes.count) == bytes.count)
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(peer, &buffer, buffer.count)
    #expect(count > 0)
    #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self).contains("\"error\""))
  }

  @Test("a socket somebody listens on is not taken over, a leftover is")
  func takeover() throws {
    let server = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    server.start()
    let error = #expect(throws: SystemError.self) {
      _ = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    }
    #expect(error?.description.contains("stop it first") == true)
    server.stop()
    try Data().write(to: URL(fileURLWithPath: path))
    let second = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    second.stop()
  }

  @Test("without a service the error names the socket and the mend")
  func notRunning() {
    #expect(throws: ControlError.self) {
      try ControlClient(socket: path).ask(ControlRequest(command: .status), for: String.self)
    }
    do {
      _ = try ControlClient(socket: path).ask(ControlRequest(command: .status), for: String.self)
    } catch {
      #expect(error.description.contains(path))
      #expect(error.description.contains("systemctl start forensicd"))
    }
  }

  @Test("who is turned away is told so, apart from other refusals", arguments: [false, true])
  func denied(denied: Bool) throws {
    let server = try ControlServer(path: path, group: nil, log: log) { _ in
      let response = ControlResponse<String>(error: "no", denied: denied)
      return (try? JSONEncoder().encode(response)).map(Array.init) ?? []
    }
    server.start()
    defer { server.stop() }
    #expect(throws: denied ? ControlError.notAllowed("no") : .refused("no")) {
      try ControlClient(socket: path).ask(ControlRequest(command: .status), for: String.self)
    }
  }

  @Test("a socket that may not be used", .enabled(if: geteuid() != 0, "root may use any"))
  func closed() throws {
    let server = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    defer { server.stop() }
    #expect(chmod(path, 0) == 0)
    let error = #expect(throws: ControlError.self) {
      try ControlClient(socket: path).ask(ControlRequest(command: .status), for: String.self)
    }
    guard case .notAllowed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a service that hangs is said not to answer")
  func hanging() throws {
    let server = try ControlServer(path: path, group: nil, log: log) { echo($0) }
    // Never started: the kernel lets peers in and nobody answers.
    defer { server.stop() }
    let client = ControlClient(socket: path, patience: 1)
    #expect(throws: ControlError.noAnswer(socket: path, seconds: 1)) {
      try client.ask(ControlRequest(command: .status), for: String.self)
    }
  }

  private func rawConnection() -> Int32 {
    let descriptor = UnixPeer.make()
    let connected = UnixPeer.call(path) { connect(descriptor, $0, $1) }
    #expect(connected == 0)
    return descriptor
  }
}
