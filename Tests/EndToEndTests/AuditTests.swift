import Foundation
import Testing

@Suite("forensicctl audit", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct AuditTests {
  @Test("killed five times and gone on with: the result of an undisturbed run")
  func kills() throws {
    let archive = try AuditArchive()
    try archive.fill(pictures: 60)
    let whole = archive.output("whole")
    let undisturbed = try Programs.control(["audit", archive.files.path, "-o", whole])
    #expect(undisturbed.status == 0, "\(undisturbed.error)")

    let output = archive.output("killed")
    for kill in 1...5 {
      let process = try Programs.start([
        "audit", archive.files.path, "-o", output, "--workers", "1",
      ])
      // Somewhere in the middle, however long the start takes.
      while process.isRunning, archive.lineCount(output) < 10 * kill { usleep(10_000) }
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    // A kill may fall between a draft and its renaming.
    if FileManager.default.fileExists(atPath: output + "/state.sqlite") {
      try Data("2026".utf8).write(to: URL(fileURLWithPath: output + "/started.tmp-1"))
    }
    let last = try Programs.control(["audit", archive.files.path, "-o", output])
    #expect(last.status == 0, "\(last.error)")
    #expect(try archive.results(output) == archive.results(whole))
    let left = try FileManager.default.contentsOfDirectory(atPath: output)
    #expect(
      Set(left) == [
        "results.jsonl", "results.sqlite", "summary.html", "summary.json", "run.json",
      ])
    #expect(try archive.lines(whole).count == 62)

    let again = try Programs.control(["audit", archive.files.path, "-o", output])
    #expect(again.status == 0 && again.error.contains("finished before"))
    // The same tallies whenever they are asked for.
    let tallies = try Programs.control(["audit", archive.files.path, "-o", output, "--json"])
    #expect(tallies.lines.first?.values.compactMap { $0 as? Int }.reduce(0, +) == 62)
    let other = try Programs.control(
      ["audit", archive.files.path, "-o", output, "--exclude", "*.txt"])
    #expect(other.status == 1 && other.error.contains("exclude"), "\(other.error)")
    #expect(try Programs.control(["audit", "diff", whole, output]).status == 0)
  }

  @Test("shards joined: the result of the single run, byte for byte; reports too")
  func shards() throws {
    let archive = try AuditArchive()
    try archive.fill(pictures: 8)
    var zip = StoredZip()
    for seed in 20..<23 { zip.add(Array("in/\(seed).jpg".utf8), try TestPicture.jpeg(seed: seed)) }
    try archive.write(zip.archive, as: "pictures.zip")
    let (whole, parts, joined) = (
      archive.output("whole"), archive.output("parts"), archive.output("joined")
    )
    let arguments = ["audit", archive.files.path, "--reports", "all"]
    #expect(try Programs.control(arguments + ["-o", whole]).status == 0)
    for shard in 1...3 {
      let run = try Programs.control(arguments + ["-o", parts, "--shard", "\(shard)/3"])
      #expect(run.status == 0, "\(run.error)")
      let page = try #require(run.text.split(separator: "\n").last)
      #expect(FileManager.default.fileExists(atPath: String(page)), "\(page)")
    }
    // What a run that was killed was writing is no report.
    let folders = try FileManager.default.subpathsOfDirectory(atPath: parts)
    let report = try #require(folders.first { $0.hasSuffix("/report.json") })
    try Data().write(to: URL(fileURLWithPath: "\(parts)/\(report).tmp-1a"))
    let merge = try Programs.control(["audit", "merge", "-o", joined, parts])
    #expect(merge.status == 0, "\(merge.error)")
    #expect(try archive.results(joined) == archive.results(whole))
    let reports = { (output: String) in
      try FileManager.default.subpathsOfDirectory(atPath: output + "/reports").sorted()
    }
    #expect(try reports(joined) == reports(whole))
    #expect(try reports(whole).count { $0.hasSuffix("report.html") } == 13)
    // A line says where its report is.
    let named = try archive.lines(joined).compactMap { line -> String? in
      guard let folder = line["report"] as? String else { return nil }
      let text = try String(contentsOfFile: "\(joined)/\(folder)/report.json", encoding: .utf8)
      #expect(text.contains(try #require(line["sha256"] as? String)))
      return folder
    }
    #expect(Set(named).count == 13)

    let partial = try Programs.control(
      ["audit", "merge", "-o", archive.output("none"), parts + "/shard-0001-of-0003"])
    #expect(partial.status == 1 && partial.error.contains("Every shard"), "\(partial.error)")
    let missing = try Programs.control(
      ["audit", "merge", "-o", archive.output("none"), parts, archive.output("missing")])
    #expect(missing.status == 1 && !missing.error.contains("NSCocoa"), "\(missing.error)")
    #expect(missing.error.contains("there is no folder \(archive.output("missing"))"))
  }

  @Test("merge: into a shard, a finished audit, one in work or one in use: refused")
  func mergeTargets() throws {
    let archive = try AuditArchive()
    try archive.fill(pictures: 2)
    let parts = archive.output("parts")
    for shard in 1...2 {
      let arguments = ["audit", archive.files.path, "-o", parts, "--shard", "\(shard)/2"]
      #expect(try Programs.control(arguments).status == 0)
    }
    let shard = parts + "/shard-0001-of-0002"
    let link = archive.output("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: shard)
    let note = try Data(contentsOf: URL(fileURLWithPath: shard + "/run.json"))
    func refusal(_ output: String, _ words: String) throws {
      let merge = try Programs.control(["audit", "merge", "-o", output, parts])
      #expect(merge.status == 1 && merge.error.contains(words), "\(merge.error)")
    }
    for output in [shard, link] { try refusal(output, "one of the shards") }
    #expect(try Data(contentsOf: URL(fileURLWithPath: shard + "/run.json")) == note)

    let other = archive.output("other")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    let lock = open(other + "/lock", O_CREAT | O_RDWR, 0o644)
    #expect(flock(lock, LOCK_EX) == 0)
    try refusal(other, "in use")
    close(lock)
    try Data().write(to: URL(fileURLWithPath: other + "/state.sqlite"))
    try refusal(other, "not finished")
    try FileManager.default.removeItem(atPath: other + "/state.sqlite")
    #expect(try Programs.control(["audit", "merge", "-o", other, parts]).status == 0)
    try refusal(other, "finished audit")
    #expect(!FileManager.default.fileExists(atPath: other + "/lock"))
  }

  @Test("hostile trees: links, FIFOs, names, bombs, nesting, traversal")
  func hostile() throws {
    let archive = try AuditArchive()
    let manager = FileManager.default
    try archive.write(TestPicture.jpeg(seed: 1), as: "a.jpg")
    try manager.createSymbolicLink(
      atPath: archive.files.appending(path: "loop").path, withDestinationPath: ".")
    try manager.createSymbolicLink(
      atPath: archive.files.appending(path: "passwd.jpg").path,
      withDestinationPath: "/etc/passwd")
    mkfifo(archive.files.appending(path: "fifo.jpg").path, 0o600)
    // A name that is not UTF-8, with an escape sequence.
    let odd =
      Array(archive.files.path.utf8) + Array("/\u{1b}[31m".utf8) + [0xff] + Array(".jpg".utf8)
    let descriptor = open(odd.map { CChar(bitPattern: $0) } + [0], O_CREAT | O_WRONLY, 0o644)
    let picture = try TestPicture.jpeg(seed: 2)
    #expect(write(descriptor, picture, picture.count) == picture.count)
    close(descriptor)

    var inner = StoredZip()
    inner.add(Array("deep.jpg".utf8), try TestPicture.jpeg(seed: 3))
    var nested = inner.archive
    for level in 0..<4 {
      var outer = StoredZip()
      outer.add(Array("level-\(level).zip".utf8), nested)
      outer.add(Array("../../../../tmp/escaped-\(level).jpg".utf8), picture)
      nested = outer.archive
    }
    try archive.write(nested, as: "nested.zip")
    try archive.write(Array(inner.archive.dropLast(30)), as: "cut.zip")
    try archive.write(
      Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0xAA, count: 500), as: "bad.zip")
    try bomb(archive.files.appending(path: "bomb.tar.gz").path)

    let output = archive.output("out")
    let run = try Programs.control(["audit", archive.files.path, "-o", output])
    #expect(run.status == 0, "\(run.error)")
    let lines = try archive.lines(output)
    func line(_ name: String) -> [String: Any]? {
      lines.first { ($0["member"] ?? $0["path"]) as? String == name }
    }
    func error(_ name: String) -> String? {
      (line(name)?["error"] as? [String: Any])?["code"] as? String
    }
    #expect(line("a.jpg")?["sha256"] != nil)
    #expect(!lines.contains { ["loop", "passwd.jpg", "fifo.jpg"].contains($0["path"] as? String) })
    #expect(lines.contains { ($0["pathBytes"] as? String)?.hasSuffix("ff2e6a7067") == true })
    #expect(error("bomb.tar.gz") == "container.size")
    #expect(error("bad.zip") != nil)
    #expect(line("cut.zip")?["status"] != nil)
    #expect(error("level-2.zip!/level-1.zip!/level-0.zip") == nil)
    #expect(
      lines.contains { (($0["error"] as? [String: Any])?["code"] as? String) == "container.depth" })
    // The picture with the climbing name was examined, and lies nowhere.
    #expect(line("../../../../tmp/escaped-3.jpg")?["sha256"] != nil)
    #expect(!manager.fileExists(atPath: "/tmp/escaped-3.jpg"))
    let page = try String(contentsOfFile: output + "/summary.html", encoding: .utf8)
    #expect(!page.contains("\u{1b}") && !page.contains("<script"))
  }

  /// 1 GiB of nothing in about a megabyte.
  private func bomb(_ path: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "d=$(mktemp -d) && truncate -s 1G \"$d/zero.jpg\" && tar -C \"$d\" -czf \"$1\" zero.jpg; rm -r \"$d\"",
      "sh", path,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("an archive is known by its place, not by the words for it")
  func place() throws {
    let archive = try AuditArchive()
    try archive.fill(pictures: 1)
    let other = archive.folder.appending(path: "other/files")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    try Data(try TestPicture.jpeg(seed: 5)).write(to: other.appending(path: "5.jpg"))
    let link = archive.folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: archive.files)
    let output = archive.output("out")
    let first = try Programs.control(["audit", "files", "-o", output], in: archive.folder)
    #expect(first.status == 0, "\(first.error)")
    let elsewhere = try Programs.control(
      ["audit", "files", "-o", output], in: other.deletingLastPathComponent())
    #expect(elsewhere.status == 1, "\(elsewhere.error)")
    #expect(elsewhere.error.contains("something else"), "\(elsewhere.error)")
    for words in [archive.files.path, link.path, archive.files.path + "/../files/"] {
      let again = try Programs.control(["audit", words, "-o", output])
      #expect(again.status == 0 && again.error.contains("finished before"), "\(again.error)")
      let anew = archive.output("anew-\(UUID())")
      #expect(try Programs.control(["audit", words, "-o", anew]).status == 0)
      #expect(try archive.results(anew) == archive.results(output))
    }
  }

  @Test("a picture or a container is no list of paths; a list between NUL bytes is one")
  func noList() throws {
    let archive = try AuditArchive()
    var zip = StoredZip()
    zip.add(Array("a.jpg".utf8), try TestPicture.jpeg(seed: 1))
    let others: [String: [UInt8]] = [
      "a.jpg": try TestPicture.jpeg(seed: 1), "b.zip": zip.archive,
      "c.png": [0x89] + Array("PNG\r\n\u{1a}\n\0\0\0\rIHDR".utf8),
      "d.bmp": Array("BM\u{1}\u{1}\0\0\0\0".utf8), "e.webp": Array("RIFFabcdWEBPVP8 ".utf8),
    ]
    for (name, bytes) in others {
      try archive.write(bytes, as: name)
      let output = archive.output("out-" + name)
      let run = try Programs.control(
        ["audit", archive.files.appending(path: name).path, "-o", output])
      #expect(run.status == 1 && run.error.contains("no list of paths"), "\(name): \(run.error)")
      #expect(!FileManager.default.fileExists(atPath: output))
    }
    let list = archive.folder.appending(path: "list")
    let path = archive.files.appending(path: "a.jpg").path
    try Data("\(path)\0\(path).missing\0".utf8).write(to: list)
    let output = archive.output("out")
    let run = try Programs.control(["audit", list.path, "-o", output])
    #expect(run.status == 0, "\(run.error)")
    #expect(try archive.lines(output).count == 2)
  }

  @Test("filters, lists, and files that change between two audits")
  func filters() throws {
    let archive = try AuditArchive()
    try archive.fill(pictures: 4)
    let old = archive.output("old")
    let run = try Programs.control([
      "audit", archive.files.path, "-o", old, "--include", "*.jpg", "--exclude", "folder-1",
      "--no-containers",
    ])
    #expect(run.status == 0, "\(run.error)")
    #expect(
      try archive.lines(old).compactMap { $0["path"] as? String } == [
        "again.jpg", "folder-0/0.jpg", "folder-2/2.jpg", "folder-3/3.jpg",
      ])
    let since = archive.output("since")
    #expect(
      try Programs.control(["audit", archive.files.path, "-o", since, "--since", "2100-01-01"])
        .status == 0)
    #expect(try archive.lines(since).isEmpty)

    try archive.write(TestPicture.jpeg(seed: 77), as: "folder-0/0.jpg")
    try FileManager.default.removeItem(at: archive.files.appending(path: "again.jpg"))
    let list = archive.folder.appending(path: "list").path
    let names = ["folder-0/0.jpg", "folder-2/2.jpg", "missing.jpg"]
      .map { archive.files.path + "/" + $0 }
    try Data((names.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: list))
    let listed = archive.output("listed")
    #expect(try Programs.control(["audit", list, "-o", listed]).status == 0)
    #expect(try archive.lines(listed).map { $0["error"] != nil }.filter { $0 }.count == 1)

    let new = archive.output("new")
    try archive.write(Array("a text".utf8), as: "note.jpg")
    #expect(
      try Programs.control([
        "audit", archive.files.path, "-o", new, "--include", "*.jpg", "--exclude", "folder-1",
      ]).status == 0)
    let diff = try Programs.control(["audit", "diff", "--json", old, new])
    #expect(diff.status == 1)
    let kinds = diff.lines.map { "\($0["kind"] ?? "") \($0["path"] ?? "")" }
    #expect(kinds == ["removed again.jpg", "content folder-0/0.jpg", "added note.jpg"])
    #expect(diff.lines.last?["after"] as? String == "other (format.unknown)")
  }

  @Test(
    "wrong usage ends with 64",
    arguments: [
      ["audit"], ["audit", "x"], ["audit", "x", "-o", "y", "--shard", "3/2"],
      ["audit", "x", "-o", "y", "--since", "yesterday"], ["audit", "merge", "-o", "y"],
      ["audit", "x", "-o", "y", "--reports", "some"], ["audit", "diff", "x"],
    ])
  func usage(arguments: [String]) throws {
    #expect(try Programs.control(arguments).status == 64)
  }
}
