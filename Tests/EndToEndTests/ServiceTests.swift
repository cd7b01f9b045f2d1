import Foundation
import Testing

@Suite("The whole way of a file", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct ServiceTests {
  @Test("drop --wait into a folder that is not watched: told at once, and nothing is copied")
  func dropElsewhere() throws {
    let service = try RunningService()
    try service.start()
    #expect(service.wait { (try? service.status()["state"]) != nil }, "\(service.log)")
    let picture = service.folder.appending(path: "photo.jpg")
    try Data(try TestPicture.jpeg(seed: 3)).write(to: picture)
    let other = service.folder.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    let output = try Programs.control([
      "drop", "--socket", service.socket, "--inbox", other.path, "--wait", picture.path,
    ])
    #expect(output.status == 1)
    #expect(output.error.contains(service.inbox.lastPathComponent), "\(output.error)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: other.path) == [])
    #expect(service.stop() == 0)
  }

  @Test("a dropped picture becomes a report")
  func report() throws {
    let service = try RunningService()
    let picture = try TestPicture.jpeg(seed: 1, quality: 83)
    try service.start()
    try service.drop(picture, as: "photo.jpg")
    #expect(service.wait { service.reports().count == 1 }, "\(service.log)")
    let report = try service.object(try #require(service.reports().first))

    let exhibit = try #require(report["exhibit"] as? [String: Any])
    #expect(exhibit["name"] as? String == "photo.jpg")
    let image = try #require(report["image"] as? [String: Any])
    #expect(image["format"] as? String == "jpeg")
    #expect(image["width"] as? Int == 320)
    #expect(image["height"] as? Int == 288)
    let jpeg = try #require(report["jpeg"] as? [String: Any])
    let quality = try #require(jpeg["quality"] as? [String: Any])
    #expect(quality["estimate"] as? Int == 83)
    #expect(quality["standard"] as? Bool == true)
    let conclusion = try #require(report["conclusion"] as? [String: Any])
    let probability = try #require(conclusion["probabilityGenerated"] as? Double)
    #expect((0...1).contains(probability))
    #expect(["generated", "camera", "inconclusive"].contains(conclusion["leaning"] as? String))
    let families = try #require(conclusion["families"] as? [String: Double])
    #expect(families["real"] != nil)
    #expect(abs(families.values.reduce(0, +) - 1) < 1e-3)
    let detectors = try #require(report["detectors"] as? [[String: Any]])
    #expect(
      Set(detectors.compactMap { $0["name"] as? String }).isSuperset(
        of: ["spectrum", "residual", "colour"]))
    #expect(detectors.allSatisfy { $0["ran"] as? Bool == true })

    #expect(try Data(contentsOf: service.inbox.appending(path: "photo.jpg")) == Data(picture))
    #expect(service.stop() == 0)
  }

  @Test("reports are signed, belong to their case, and can be verified")
  func signed() throws {
    let service = try RunningService(
      extra: """
        [signing]
        key = "signing.key"
        [inbox.case]
        number = "2026/114"
        """)
    let key = service.folder.appending(path: "signing.key").path
    #expect(try Programs.control(["key", "generate", key]).status == 0)
    #expect(try Programs.control(["key", "generate", key]).status == 1)
    try service.start()
    try service.drop(try TestPicture.jpeg(seed: 4), as: "photo.jpg")
    #expect(service.wait { service.reports().count == 1 }, "\(service.log)")
    let json = try #require(service.reports().first)
    let exhibit = try #require(try service.object(json)["exhibit"] as? [String: Any])
    #expect((exhibit["caseFile"] as? [String: Any])?["number"] as? String == "2026/114")
    let folder = json.deletingLastPathComponent()
    let configuration = service.folder.appending(path: "forensicd.toml").path
    func verify(_ arguments: String...) throws -> Int32 {
      try Programs.control(["verify", folder.path, "--json"] + arguments).status
    }
    let output = try Programs.control(["verify", folder.path, "--json", "--config", configuration])
    #expect(output.status == 0, "\(output.text) \(output.error)")
    let checks = try #require(
      (try JSONSerialization.jsonObject(with: Data(output.text.utf8)) as? [String: Any])?["checks"]
        as? [[String: Any]])
    #expect(checks.count == 4)
    #expect(checks.allSatisfy { $0["outcome"] as? String == "good" }, "\(checks)")
    #expect(try verify() == 2)
    #expect(try verify("--key", key) == 78)
    try Data("changed".utf8).write(to: service.inbox.appending(path: "photo.jpg"))
    #expect(try verify("--config", configuration) == 1)
    #expect(
      try Programs.control(["verify", service.folder.path, "--key", key + ".pub"]).status == 65)
    #expect(service.stop() == 0)
  }

  @Test("the daemon and forensicctl examine give the same result but for times")
  func sameResult() throws {
    let service = try RunningService()
    let picture = try TestPicture.jpeg(seed: 2)
    try service.start()
    try service.drop(picture, as: "photo.jpg")
    #expect(service.wait { service.reports().count == 1 })
    let ours = try service.object(try #require(service.reports().first))
    let file = service.folder.appending(path: "photo.jpg")
    try Data(picture).write(to: file)
    let output = try Programs.control(["examine", "--json", "--figures", file.path])
    #expect(output.status == 0, "\(output.error)")
    let theirs = try #require(output.lines.first)
    // Both say when.
    for report in [ours, theirs] {
      let exhibit = try #require(report["exhibit"] as? [String: Any])
      #expect(exhibit["modified"] is String)
      let provenance = try #require(report["provenance"] as? [String: Any])
      #expect(provenance["written"] is String)
    }
    // What only a service knows: number, inbox, host; and the times of each.
    func strip(_ report: [String: Any]) -> NSDictionary {
      var report = report
      report["custody"] = nil
      for (member, keys) in [
        ("exhibit", ["id", "inbox", "received", "modified"]), ("provenance", ["host", "written"]),
      ] {
        var fields = report[member] as? [String: Any]
        for key in keys { fields?[key] = nil }
        report[member] = fields
      }
      return NSDictionary(dictionary: report)
    }
    #expect(strip(ours) == strip(theirs))
  }

  @Test("SIGTERM ends it in order within ten seconds, whatever is in flight")
  func terminate() throws {
    let service = try RunningService()
    for seed in 0..<60 { try service.drop(try TestPicture.jpeg(seed: seed), as: "\(seed).jpg") }
    try service.start()
    #expect(service.wait { service.reports().count > 3 }, "\(service.log)")
    let began = Date()
    #expect(service.stop() == 0)
    #expect(Date().timeIntervalSince(began) < 10)
    try service.start()
    #expect(service.wait(60) { service.reports().count == 60 }, "\(service.log)")
  }

  @Test("status has the counts that others rely on")
  func status() throws {
    let service = try RunningService()
    try service.start()
    #expect(try service.wait { try service.status()["state"] as? String == "running" })
    let status = try service.status()
    #expect(status["version"] is String)
    for count in ["settling", "queued", "examining", "reported", "failed", "quarantined"] {
      #expect(status[count] as? Int == 0)
    }
  }

  @Test("a second service on the same state or socket is refused with 75, and says why")
  func second() throws {
    let service = try RunningService()
    try service.start()
    #expect(try service.wait { try service.status()["state"] as? String == "running" })
    let text = try String(
      contentsOf: service.folder.appending(path: "forensicd.toml"), encoding: .utf8)
    for (old, new, word) in [
      ("\"\(service.socket)\"", "\"other.sock\"", "another forensicd"),
      ("state = \"state\"", "state = \"other\"", "already"),
    ] {
      let file = service.folder.appending(path: "other.toml")
      try text.replacingOccurrences(of: old, with: new)
        .write(to: file, atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = Programs.url("forensicd")
      process.arguments = ["--config", file.path]
      let error = Pipe()
      process.standardError = error
      try process.run()
      let message = String(
        decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      #expect(message.contains(word), "\(message)")
      // Its examiners ended in good order, and none for want of memory.
      #expect(!message.contains("killed"), "\(message)")
    }
    // Nobody would answer on it.
    #expect(
      !FileManager.default.fileExists(atPath: service.folder.appending(path: "other.sock").path))
    #expect(try service.status()["state"] as? String == "running")
  }
}
