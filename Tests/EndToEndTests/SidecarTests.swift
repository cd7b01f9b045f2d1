import Foundation
import Testing

/// Sidecar files through the programs.
@Suite("Sidecar files", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct SidecarTests {
  static let hostile = #"<script>alert(1)</script> \u001b[31m\u202egpj \u0007 {{name}} \r\n\u009bm"#

  private func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sidecar-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private func text(_ name: String, below folder: URL) throws -> String {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    let path = try #require(paths?.first { $0.hasSuffix("/" + name) })
    return try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  @Test("examine reads them; the command line wins; their text is harmless wherever it appears")
  func examine() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.jpg").path
    try Data(try TestPicture.jpeg(seed: 9)).write(to: URL(filePath: path))
    try Data("case = \"\(Self.hostile)\"\nremark = \"theirs\"\n".utf8).write(
      to: URL(filePath: path + ".case.toml"))
    let out = folder.appending(path: "out")
    let json = try Programs.control(
      ["examine", "--json", "--output", out.path, "--remark", "ours", "--case", "", path])
    #expect(json.status == 0, "\(json.error)")
    let exhibit = try #require(json.lines.first?["exhibit"] as? [String: Any])
    let fields = try #require(exhibit["caseFile"] as? [String: String])
    #expect(fields["number"]?.hasPrefix("<script>alert(1)</script> \u{1B}[31m") == true)
    #expect(fields["remark"] == "ours")
    let sidecar = try #require(exhibit["sidecar"] as? [String: Any])
    #expect(sidecar["name"] as? String == "a.jpg.case.toml")
    #expect((sidecar["sha256"] as? String)?.count == 64)
    #expect((sidecar["fields"] as? [String: String])?["remark"] == "theirs")
    let page = try text("report.html", below: out)
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; \\u{1b}[31m\\u{202e}gpj"))
    #expect(!page.contains("<script"))
    let plain = try Programs.control(["examine", path])
    for output in [json.text, plain.text, page] { #expect(!Self.commands(output)) }
  }

  @Test("one with a mistake is told of, and stops nothing")
  func mistake() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.jpg").path
    try Data(try TestPicture.jpeg(seed: 9)).write(to: URL(filePath: path))
    try Data("case = \"1\"\n\"\\u001b[2J<b>\" = \"x\"\n".utf8).write(
      to: URL(filePath: path + ".case.toml"))
    let plain = try Programs.control(["examine", path])
    #expect(plain.status == 0)
    #expect(plain.text.contains("P(generated)"))
    #expect(plain.text.contains("sidecar.key: a.jpg.case.toml, line 2:"), "\(plain.text)")
    #expect(!Self.commands(plain.text))
    let exhibit = try #require(
      try Programs.control(["examine", "--json", "--examiner", "me", path]).lines.first?["exhibit"]
        as? [String: Any])
    #expect(exhibit["caseFile"] as? [String: String] == ["examiner": "me"])
    let problem = (exhibit["sidecar"] as? [String: Any])?["problem"] as? [String: Any]
    #expect(problem?["line"] as? Int == 2)
  }

  @Test("the service: it wins over the inbox's rule field by field, and drop takes it along")
  func service() throws {
    let service = try RunningService(
      disposition: "archive",
      extra: """
        [inbox.case]
        number = "2026/114"
        examiner = "desk"
        """)
    try service.start()
    let source = service.folder.appending(path: "source")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    let picture = try TestPicture.jpeg(seed: 4)
    for name in ["a.jpg", "b.jpg"] {
      try Data(picture).write(to: source.appending(path: name))
    }
    try Data("examiner = \"J. Doe\"\nremark = \"by mail\"".utf8).write(
      to: source.appending(path: "a.jpg.case.toml"))
    #expect(service.wait { (try? service.status()["state"]) != nil }, "\(service.log)")
    let dropped = try Programs.control([
      "drop", "--socket", service.socket, "--inbox", service.inbox.path, "--wait", source.path,
    ])
    #expect(dropped.status == 0, "\(dropped.error)")
    let reports = service.reports()
    #expect(reports.count == 2, "\(service.log)")
    for report in reports {
      let exhibit = try #require(try service.object(report)["exhibit"] as? [String: Any])
      let fields = try #require(exhibit["caseFile"] as? [String: String])
      if exhibit["name"] as? String == "a.jpg" {
        #expect(fields == ["number": "2026/114", "examiner": "J. Doe", "remark": "by mail"])
        #expect(exhibit["sidecar"] != nil)
      } else {
        #expect(fields == ["number": "2026/114", "examiner": "desk"])
        #expect(exhibit["sidecar"] == nil)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: service.inbox.path) == [])
    #expect(service.stop() == 0)
  }

  @Test("drop: a taken name sends picture and sidecar into a folder together")
  func dropTogether() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let inbox = folder.appending(path: "inbox")
    try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
    let file = folder.appending(path: "f.toml").path
    let text = """
      outbox = "outbox"
      state = "state"
      socket = "socket"
      [[inbox]]
      path = "inbox"
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let picture = folder.appending(path: "a.jpg")
    try Data("new".utf8).write(to: picture)
    try Data("case = \"new\"".utf8).write(to: folder.appending(path: "a.jpg.case.toml"))
    for taken in ["a.jpg", "a.jpg.case.toml"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: inbox.path) {
        try FileManager.default.removeItem(at: inbox.appending(path: name))
      }
      try Data("old".utf8).write(to: inbox.appending(path: taken))
      let output = try Programs.control([
        "drop", "--config", file, "--inbox", inbox.path, picture.path,
        picture.path + ".case.toml",
      ])
      #expect(output.status == 0, "\(output.error)")
      let names = try FileManager.default.contentsOfDirectory(atPath: inbox.path)
      #expect(names.count == 2)
      let place = try #require(names.first { $0.hasPrefix("drop-") })
      let inside = inbox.appending(path: place)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: inside.path).sorted()
          == ["a.jpg", "a.jpg.case.toml"])
      #expect(try Data(contentsOf: inside.appending(path: "a.jpg")) == Data("new".utf8))
      #expect(try Data(contentsOf: inbox.appending(path: taken)) == Data("old".utf8))
    }
  }

  /// Whether a terminal would take something in it as a command.
  private static func commands(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F) ~= $0.value || $0 == "\u{202E}"
    }
  }
}
