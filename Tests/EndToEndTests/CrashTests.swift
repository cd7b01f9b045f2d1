import Foundation
import Testing

@Suite(
  "Killed at any instant", .enabled(if: Programs.areBuilt, "the programs are not built"),
  .serialized)
struct CrashTests {
  /// 50 files, one more before every second start, and a `kill -9` at a random instant after
  /// each start: 100 in all. Then it is left alone.
  @Test("exactly one report each, nothing half-written", arguments: ["keep", "archive"])
  func killed(disposition: String) throws {
    let kills = disposition == "keep" ? 100 : 20
    let service = try RunningService(disposition: disposition)
    var pictures = [String: [UInt8]]()
    for round in 0..<kills {
      if round % 2 == 0 {
        for seed in [round / 2] + (disposition == "archive" ? [100 + round, 200 + round] : []) {
          let picture = try TestPicture.jpeg(seed: seed)
          pictures["\(seed).jpg"] = picture
          try service.drop(picture, as: "\(seed).jpg")
        }
      }
      try service.start()
      Thread.sleep(forTimeInterval: .random(in: 0...0.35))
      service.kill()
    }
    try service.start()
    let finished = try service.wait(60) {
      let status = try service.status()
      return status["reported"] as? Int == pictures.count && status["queued"] as? Int == 0
        && status["examining"] as? Int == 0
    }
    #expect(finished, "\(service.log.suffix(2000))")
    #expect(service.stop() == 0)

    var seen = [String: Int]()
    for report in service.reports() {
      let exhibit = try #require(try service.object(report)["exhibit"] as? [String: Any])
      seen[try #require(exhibit["name"] as? String), default: 0] += 1
      let page = report.deletingLastPathComponent().appending(path: "report.html")
      let html = String(decoding: try Data(contentsOf: page), as: UTF8.self)
      #expect(html.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix("</html>"))
    }
    #expect(seen == pictures.mapValues { _ in 1 })

    let lines = try Data(contentsOf: service.outbox.appending(path: "reports.jsonl"))
      .split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == pictures.count)
    for line in lines {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line)) }
    }
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: service.outbox.path)
      .filter { $0.hasPrefix(".") }
    for leftover in leftovers {
      let inside = try FileManager.default.contentsOfDirectory(
        atPath: service.outbox.appending(path: leftover).path)
      #expect(inside.isEmpty, "\(leftover): \(inside)")
    }
    if disposition == "keep" {
      for (name, bytes) in pictures {
        #expect(try Data(contentsOf: service.inbox.appending(path: name)) == Data(bytes))
      }
    }
  }
}
