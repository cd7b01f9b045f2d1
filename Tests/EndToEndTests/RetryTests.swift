import Foundation
import Testing

@Suite("forensicctl retry", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct RetryTests {
  /// Listens on a socket, answers one request with this line, and is gone.
  private static func answerOnce(_ line: String, at path: String) throws {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0 && listen(listener, 4) == 0)
    Thread.detachNewThread {
      let peer = accept(listener, nil, nil)
      unlink(path)
      close(listener)
      var byte: UInt8 = 0
      while read(peer, &byte, 1) == 1, byte != UInt8(ascii: "\n") {}
      let bytes = Array((line + "\n").utf8)
      _ = write(peer, bytes, bytes.count)
      close(peer)
    }
  }

  @Test("the service goes away in between: what it took up is printed all the same")
  func gone() throws {
    let path = "/tmp/forensicd-test-\(UInt64.random(in: 0...UInt64.max)).sock"
    let time = "2026-01-01T00:00:00.000Z"
    let summary = """
      {"id":"2026-000001","name":"a.jpg","folder":"","inbox":"in","size":1,"state":"queued",\
      "sha256":"\(String(repeating: "ab", count: 32))","received":"\(time)","since":"\(time)",\
      "attempts":0}
      """
    try Self.answerOnce("{\"value\":\(summary)}", at: path)
    let output = try Programs.control([
      "retry", "--json", "--socket", path, "2026-000001", "2026-000002",
    ])
    #expect(output.status == 69, "\(output.error)")
    let taken = try JSONSerialization.jsonObject(with: output.out) as? [[String: Any]]
    #expect(taken?.compactMap { $0["id"] as? String } == ["2026-000001"])
  }
}
