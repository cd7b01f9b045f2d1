import CaseQueue
import ExaminerPool
import Foundation
import Glibc
import Service
import Testing

@Suite("Numbers for Prometheus")
struct MetricsTests {
  private let path = "/tmp/forensicd-test-\(UInt64.random(in: 0...UInt64.max)).sock"

  private func status(inbox name: String) throws -> QueueStatus {
    let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
    return try JSONDecoder().decode(
      QueueStatus.self,
      from: Data(
        """
        {"version":"1.2.3","state":"running","settling":1,"queued":2,"examining":3,"reported":4,
        "failed":5,"quarantined":6,"workers":7,"rate":0.5,"uptime":9,"notices":[],
        "started":"2026-11-24T00:00:00.000Z","inboxes":[{"name":\(quoted),"path":"/p",
        "mode":"detached","settling":1}]}
        """.utf8))
  }

  @Test("every line is in the format, and every sample has its type before it")
  func format() throws {
    var pool = PoolStatistics()
    pool.processorTime = 1_500_000_000
    let text = MetricsText(try status(inbox: "a \"desk\"\\\nup"), pool).text
    var types = Set<Substring>()
    let sample = /([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"\})? (-?[0-9.e+]+)/
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) (gauge|counter)/) {
        #expect(types.insert(type.1).inserted)
        #expect(type.1.hasSuffix("_total") == (type.2 == "counter"))
      } else if !line.hasPrefix("# HELP ") {
        let match = try #require(line.wholeMatch(of: sample), "\(line)")
        #expect(types.contains(match.1))
      }
    }
    #expect(text.hasSuffix("\n"))
    #expect(text.contains("forensicd_exhibits{state=\"failed\"} 5.0\n"))
    #expect(text.contains("forensicd_examiner_cpu_seconds_total 1.5\n"))
    #expect(text.contains("forensicd_inbox_attached{inbox=\"a \\\"desk\\\"\\\\\\nup\"} 0.0\n"))
  }

  @Test(
    "answers a scrape and refuses the rest",
    arguments: [
      ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK", "numbers"),
      ("GET /metrics?a=b HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "numbers"),
      ("HEAD /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK", ""),
      ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found", nil),
      ("POST /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed", nil),
      ("\0\u{1b}[2J\r\n\r\n", "HTTP/1.1 400 Bad Request", nil),
    ])
  func answers(request: String, status: String, body: String?) throws {
    let answer = try ask(request)
    #expect(answer.hasPrefix(status + "\r\n"))
    let parts = answer.components(separatedBy: "\r\n\r\n")
    #expect(parts.count == 2)
    if let body { #expect(parts.last == body) }
  }

  @Test("a head without an end is hung up on")
  func endless() throws {
    #expect(try ask("GET /" + String(repeating: "a", count: 9000)).isEmpty)
  }

  private func ask(_ request: String) throws -> String {
    let server = try MetricsServer(socket: path) { "numbers" }
    server.start()
    defer { server.stop() }
    let peer = UnixPeer.make()
    defer { close(peer) }
    let connected = UnixPeer.call(path) { connect(peer, $0, $1) }
    #expect(connected == 0)
    let bytes = Array(request.utf8)
    #expect(send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    var answer = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(peer, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      answer += buffer[..<count]
    }
  }
}
