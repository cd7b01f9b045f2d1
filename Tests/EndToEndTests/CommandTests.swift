import Foundation
import Testing

@Suite("forensicctl", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct CommandTests {
  @Test("examine: what a file declares is harmless in the terminal")
  func declared() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "hostile.jpg").path
    let comment = Array(
      "<script>\u{1B}[31m\u{202E}gpj\u{7}\nSteps: 2, Sampler: \u{1B}]0;x, Model: \u{9B}m".utf8)
    let length = [UInt8((comment.count + 2) >> 8), UInt8((comment.count + 2) & 255)]
    let picture = try TestPicture.jpeg(seed: 9)
    try Data(picture[..<2] + [0xFF, 0xFE] + length + comment + picture[2...]).write(
      to: URL(filePath: path))
    let plain = try Programs.control(["examine", path])
    #expect(plain.status == 0)
    #expect(plain.text.contains("declares: AUTOMATIC1111"))
    #expect(plain.text.contains("<script>\\u{1b}[31m\\u{202e}gpj"))
    let json = try Programs.control(["examine", "--json", path])
    let declaration = try #require(json.lines.first?["declaration"] as? [String: Any])
    #expect(declaration["origin"] as? String == "generated")
    for output in [plain, json] {
      let scalars = output.text.unicodeScalars
      #expect(!scalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F) ~= $0.value })
      #expect(!scalars.contains("\u{202E}"))
    }
  }

  @Test("examine: order of arguments, exit 1 when some failed, an error in their line")
  func examine() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths = [String]()
    for seed in 0..<6 {
      let path = folder.appending(path: "\(5 - seed).jpg").path
      try Data(try TestPicture.jpeg(seed: seed)).write(to: URL(fileURLWithPath: path))
      paths.append(path)
    }
    let text = folder.appending(path: "note.txt").path
    try Data("not a picture".utf8).write(to: URL(fileURLWithPath: text))
    let missing = folder.appending(path: "missing.jpg").path
    paths.insert(text, at: 2)
    paths.append(missing)

    let output = try Programs.control(["examine", "--json"] + paths)
    #expect(output.status == 1)
    let lines = output.lines
    #expect(lines.count == paths.count)
    let names = lines.compactMap { ($0["exhibit"] as? [String: Any])?["name"] as? String }
    #expect(names == paths.map { URL(fileURLWithPath: $0).lastPathComponent })
    for (line, path) in zip(lines, paths) {
      #expect((line["error"] != nil) == (path == text || path == missing))
      let exhibit = try #require(line["exhibit"] as? [String: Any])
      #expect((exhibit["sha256"] == nil) == (path == missing))
    }

    let good = try Programs.control(["examine", "--json", paths[0]])
    #expect(good.status == 0)
    let plain = try Programs.control(["examine", paths[0]])
    #expect(plain.status == 0)
    #expect(plain.text.contains("P(generated)"))
  }

  @Test(
    "a bundle that is named and not there: 78, its path, and nothing examined",
    arguments: ["nope", "/etc", "./nope", ""])
  func noBundle(name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let picture = folder.appending(path: "a.jpg")
    try Data(try TestPicture.jpeg(seed: 9)).write(to: picture)
    let output = folder.appending(path: "out").path
    for command in [["examine", "--json"], ["audit", "--output", output]] {
      let run = try Programs.control(command + ["--bundle", name, folder.path], in: folder)
      #expect(run.status == 78, "\(command)")
      #expect(run.out.isEmpty)
      #expect(
        (name.isEmpty || run.error.contains(name)) && run.error.contains("bundle"), "\(run.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test("a bundle that is named and void: 78, why, and nothing examined")
  func voidBundle() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    let bundle = folder.appending(path: "void")
    try FileManager.default.createDirectory(at: bundle, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("{\"format\": 99}".utf8).write(to: bundle.appending(path: "bundle.json"))
    let picture = folder.appending(path: "a.jpg")
    try Data(try TestPicture.jpeg(seed: 9)).write(to: picture)
    let output = folder.appending(path: "out").path
    for command in [["examine", "--json"], ["audit", "--output", output]] {
      let run = try Programs.control(command + ["--bundle", "./void", folder.path], in: folder)
      #expect(run.status == 78, "\(command)")
      #expect(run.out.isEmpty)
      #expect(run.error.contains("the model bundle cannot be used: "), "\(run.error)")
    }
  }

  @Test("dataset fetch writes over no manifest")
  func fetchKeepsAManifest() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    let out = folder.appending(path: "out")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let manifest = out.appending(path: "manifest.csv")
    try Data("by hand\n".utf8).write(to: manifest)
    try Data("url\nftp://127.0.0.1/a.png\n".utf8).write(to: folder.appending(path: "list.csv"))
    let run = try Programs.control(
      ["dataset", "fetch", "list.csv", "--output", out.path], in: folder)
    #expect(run.status == 1)
    #expect(
      run.error.contains("manifest.csv is there already; name another --manifest"), "\(run.error)")
    #expect(try Data(contentsOf: manifest) == Data("by hand\n".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: out.path) == ["manifest.csv"])
  }

  @Test("examine --output writes both files")
  func output() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let picture = folder.appending(path: "a.jpg")
    try Data(try TestPicture.jpeg(seed: 9)).write(to: picture)
    let out = folder.appending(path: "out").path
    let result = try Programs.control(["examine", "--output", out, picture.path])
    #expect(result.status == 0, "\(result.error)")
    let places = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(places.count == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: out + "/" + places[0])
    #expect(Set(files) == ["report.json", "report.html"])
  }

  @Test("examine --output into what is no folder: every line all the same, and 1")
  func badOutput() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pictures = try (0..<3).map { seed in
      let picture = folder.appending(path: "\(seed).jpg")
      try Data(try TestPicture.jpeg(seed: seed)).write(to: picture)
      return picture.path
    }
    let result = try Programs.control(
      ["examine", "--json", "--output", pictures[0] + "/out"] + pictures)
    #expect(result.status == 1)
    #expect(result.lines.count == 3)
    #expect(result.lines.allSatisfy { $0["error"] == nil })
    for picture in pictures { #expect(result.error.contains(picture + ": cannot create")) }
  }

  private func dropFolder() throws -> (folder: URL, inbox: URL, picture: URL) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "drop-\(UUID())")
    let inbox = folder.appending(path: "inbox")
    try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
    let picture = folder.appending(path: "a.jpg")
    try Data("a".utf8).write(to: picture)
    return (folder, inbox, picture)
  }

  @Test("drop: a path that cannot be dropped is named, and stops no other; times are kept")
  func drop() throws {
    let (folder, inbox, picture) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let time = Date(timeIntervalSince1970: 1_000_000_000)
    try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: picture.path)
    let (fifo, part) = (folder.appending(path: "fifo").path, folder.appending(path: "b.part").path)
    mkfifo(fifo, 0o600)
    try Data("b".utf8).write(to: URL(fileURLWithPath: part))
    let missing = folder.appending(path: "missing.jpg").path
    for bad in [[missing], [fifo], [part], ["/dev/null"], [missing, fifo]] {
      let output = try Programs.control(["drop", "--inbox", inbox.path] + bad + [picture.path])
      #expect(output.status == 1)
      for path in bad { #expect(output.error.contains(path), "\(output.error)") }
      let copy = inbox.appending(path: "a.jpg").path
      let attributes = try FileManager.default.attributesOfItem(atPath: copy)
      #expect(attributes[.modificationDate] as? Date == time)
      #expect(try FileManager.default.contentsOfDirectory(atPath: inbox.path) == ["a.jpg"])
      try FileManager.default.removeItem(atPath: copy)
    }
  }

  @Test(
    "a place that is not UTF-8, where only text is taken: 64, and no other is written to",
    arguments: [
      #"examine --output "$o" "$2/a.jpg""#, #"examine --output="$o" "$2/a.jpg""#,
      #"audit "$2/inbox" --output "$o""#, #"audit "$o" --output "$2/out""#,
      #"drop --inbox "$o" "$2/a.jpg""#,
    ])
  func notText(words: String) throws {
    let (folder, _, _) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", #"o="$2/$(printf '\377')"; "$1" "# + words, "sh", Programs.url("forensicctl").path,
      folder.path,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(names) == ["a.jpg", "inbox"])
  }

  @Test("drop: a name that is not UTF-8")
  func dropBytes() throws {
    let (folder, inbox, _) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", #"f="$2/$(printf '\377').jpg"; echo x > "$f" && "$1" drop --inbox "$3" "$f""#, "sh",
      Programs.url("forensicctl").path, folder.path, inbox.path,
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let name = Array(inbox.path.utf8) + [0x2f, 0xff] + Array(".jpg".utf8)
    #expect(access(name.map { CChar(bitPattern: $0) } + [0], F_OK) == 0)
  }

  @Test(
    "drop: whatever the umask, the inbox's group can read the copy, and others as the original",
    arguments: [("600", "022", 0o644), ("600", "077", 0o640), ("644", "077", 0o644)])
  func dropMode(original: String, umask: String, mode: Int) throws {
    let (folder, inbox, _) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", #"chmod "$4" "$2/a.jpg" && umask "$5" && "$1" drop --inbox "$3" "$2/a.jpg""#, "sh",
      Programs.url("forensicctl").path, folder.path, inbox.path, original, umask,
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let copy = inbox.appending(path: "a.jpg").path
    let attributes = try FileManager.default.attributesOfItem(atPath: copy)
    #expect(attributes[.posixPermissions] as? Int == mode)
    let group = try FileManager.default.attributesOfItem(atPath: inbox.path)
    #expect(
      attributes[.groupOwnerAccountID] as? Int == group[.groupOwnerAccountID] as? Int)
  }

  @Test(
    "drop: stopped in the middle of a file, it leaves none of it",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func dropStopped(signal: Int32) throws {
    let (folder, inbox, _) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    // Long enough to be met on its way: a hole, which takes no room until it is copied.
    let large = folder.appending(path: "large.jpg").path
    try Data("large".utf8).write(to: URL(fileURLWithPath: large))
    #expect(truncate(large, 4 << 30) == 0)
    // Tests that run under nohup(1) would hand on that it is ignored.
    Glibc.signal(signal, SIG_DFL)
    let process = try Programs.start(["drop", "--inbox", inbox.path, large])
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: inbox.path)
    }
    let end = Date().addingTimeInterval(30)
    while try names().isEmpty && Date() < end { usleep(1000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == signal)
    #expect(try names().isEmpty)
  }

  /// The kernel lets nobody make a file there, root neither.
  @Test("drop: 77 where nothing may be put into the inbox")
  func dropForbidden() throws {
    let (folder, _, picture) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try Programs.control(["drop", "--inbox", "/sys", picture.path])
    #expect(output.status == 77, "\(output.error)")
  }

  /// Links under every name that the copies of coming processes could have, were they foreseeable.
  @Test("drop: no link that lies in the inbox is followed")
  func dropLinks() throws {
    let (folder, inbox, picture) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let victim = folder.appending(path: "victim")
    try Data("precious".utf8).write(to: victim)
    for process in getpid()..<(getpid() + 3000) {
      let link = inbox.appending(path: ".forensicctl-drop-\(process)-0").path
      symlink(victim.path, link)
    }
    let output = try Programs.control(["drop", "--inbox", inbox.path, picture.path])
    #expect(output.status == 0, "\(output.error)")
    #expect(try Data(contentsOf: victim) == Data("precious".utf8))
    let copy = inbox.appending(path: "a.jpg").path
    let attributes = try FileManager.default.attributesOfItem(atPath: copy)
    #expect(attributes[.type] as? FileAttributeType == .typeRegular)
  }

  @Test("drop: a taken name becomes another one where the inbox is not known to be recursive")
  func dropUnknown() throws {
    let (folder, inbox, picture) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for count in 1...2 {
      let output = try Programs.control([
        "drop", "--config", folder.appending(path: "none.toml").path, "--inbox", inbox.path,
        picture.path,
      ])
      #expect(output.status == 0, "\(output.error)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: inbox.path).sorted()
          == ["a-2.jpg", "a.jpg"].suffix(count))
    }
  }

  @Test("drop: a taken name in an inbox that is not recursive becomes another one")
  func dropFlat() throws {
    let (folder, inbox, picture) = try dropFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "f.toml")
    let text = """
      outbox = "outbox"
      state = "state"
      socket = "socket"
      [[inbox]]
      path = "inbox"
      recursive = false
      """
    try Data(text.utf8).write(to: file)
    try Data("case = \"1\"".utf8).write(to: folder.appending(path: "a.jpg.case.toml"))
    for count in 1...3 {
      let output = try Programs.control([
        "drop", "--config", file.path, "--inbox", inbox.path, picture.path,
      ])
      #expect(output.status == 0, "\(output.error)")
      let names = ["a.jpg", "a-2.jpg", "a-3.jpg"].prefix(count)
      #expect(
        Set(try FileManager.default.contentsOfDirectory(atPath: inbox.path))
          == Set(names.flatMap { [$0, $0 + ".case.toml"] }))
    }
  }

  @Test(
    "wrong usage ends with 64",
    arguments: [
      ["examine"], ["examine", "--nonsense", "x"], ["nonsense"], ["queue", "--state", "lost"],
      ["queue", "--limit", "0"], ["experiment", "nonsense"], ["experiment", "all"],
      ["dataset", "balance", "x.csv", "-o", "y.csv", "--limit", "0"],
      ["family", "add", "x", "--to", "A B"], ["examine", "--workers", "0", "x"],
    ])
  func usage(arguments: [String]) throws {
    #expect(try Programs.control(arguments).status == 64)
  }

  @Test(
    "data set commands write over nothing",
    arguments: [
      ["split", "set.csv", "--output", "photo.jpg"], ["balance", "set.csv", "-o", "set.csv"],
      ["exclude", "set.csv", "--generator", "sdxl", "--output", "set.csv"],
      ["pairs", "set.csv", "--output", "photo.jpg"], ["build", ".", "--output", "photo.jpg"],
    ])
  func existingTarget(arguments: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "target-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["photo.jpg", "set.csv"] {
      try Data(name.utf8).write(to: folder.appending(path: name))
    }
    let output = try Programs.control(["dataset"] + arguments, in: folder)
    #expect(output.status == 1)
    #expect(output.error.contains("is there already; name another --output"), "\(output.error)")
    for name in ["photo.jpg", "set.csv"] {
      #expect(try Data(contentsOf: folder.appending(path: name)) == Data(name.utf8))
    }
  }

  @Test(
    "dataset fetch: what the manifest needs is missed before anything is fetched",
    arguments: [["--families", "none.toml"], ["--manifest", "list.csv/set.csv"]])
  func fetchFindsOutFirst(arguments: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fetch-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("url\nhttp://127.0.0.1:1/a.png\n".utf8).write(to: folder.appending(path: "list.csv"))
    let output = try Programs.control(
      ["dataset", "fetch", "list.csv", "--output", "out"] + arguments, in: folder)
    #expect(output.status != 0 && !output.error.contains("nothing was fetched"), "\(output.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out/fetched.csv").path))
  }

  @Test("names of detectors may have commas between; a wrong one is answered in plain words")
  func namesOfDetectors() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "names-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let manifest = """
      file,sha256,label,family,generator,source,group,split,region,width,height
      a.jpg,\(String(repeating: "ab", count: 32)),real,real,camera,s,g,train,,300,300

      """
    try Data(manifest.utf8).write(to: folder.appending(path: "set.csv"))
    let train = try Programs.control(
      ["train", "--manifest", "set.csv", "--output", "out", "--detectors", "colour,nonsense"],
      in: folder)
    #expect(train.status == 1)
    #expect(train.error.contains("some of spectrum, residual, "), "\(train.error)")
    #expect(train.error.contains("each once, and are \"colour nonsense\""), "\(train.error)")
    let experiment = try Programs.control(
      ["experiment", "heads", "--manifest", "set.csv", "--output", "out", "--features", "x"],
      in: folder)
    #expect(experiment.status == 64)
    #expect(experiment.error.contains("\"x\" is none of spectrum, "), "\(experiment.error)")
  }

  @Test("without a service: 69, and the mend")
  func unavailable() throws {
    let output = try Programs.control(["status", "--socket", "/tmp/no-such-forensicd.sock"])
    #expect(output.status == 69)
    #expect(output.error.contains("systemctl start forensicd"))
  }

  @Test("config check: 0 for the shipped file, 78 with the place of a mistake")
  func config() throws {
    let shipped = Programs.root.appending(path: "etc/forensicd.toml").path
    #expect(try Programs.control(["config", "check", shipped]).status == 0)
    // A folder of its own: the names in it are relative, and others' files must not be in the way.
    let folder = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "bad.toml")
    try Data("outbox = \"o\"\nstate =\n".utf8).write(to: file)
    let output = try Programs.control(["config", "check", file.path])
    #expect(output.status == 78)
    #expect(output.error.contains("line 2"), "\(output.error)")
    let none = try Programs.control(["config", "check", "/no/such.toml"])
    #expect(none.status == 78)
    #expect(none.error.components(separatedBy: "/no/such.toml").count == 2, "\(none.error)")
    let status = try Programs.control(["status", "--config", "/no/such.toml"])
    #expect(status.status == 78)
    #expect(status.error.contains("--socket PATH"), "\(status.error)")
    try Data(
      "outbox = \"o\"\nstate = \"s\"\nsocket = \"k\"\nbundle = \"typo\"\n[[inbox]]\npath = \"i\"\n"
        .utf8
    ).write(to: file)
    let bundle = try Programs.control(["config", "check", "--json", file.path])
    #expect(bundle.status == 0)
    #expect(bundle.error.contains("warning: bundle:"), "\(bundle.error)")
  }

  @Test("a progress line is no wider than the terminal")
  func narrowTerminal() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = (0..<3).map { folder.appending(path: "\($0).txt").path }
    for path in paths { try Data("text".utf8).write(to: URL(filePath: path)) }
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
    defer { close(terminal) }
    // pts(4): TIOCSPTLCK and TIOCGPTN, which the C module hides.
    var (isLocked, number): (Int32, Int32) = (0, 0)
    try #require(ioctl(terminal, 0x4004_5431, &isLocked) == 0)
    try #require(ioctl(terminal, 0x8004_5430, &number) == 0)
    var size = winsize(ws_row: 24, ws_col: 40, ws_xpixel: 0, ws_ypixel: 0)
    let end = try FileHandle(forUpdating: URL(filePath: "/dev/pts/\(number)"))
    try #require(ioctl(end.fileDescriptor, UInt(TIOCSWINSZ), &size) == 0)
    let process = Process()
    process.executableURL = Programs.url("forensicctl")
    process.arguments = ["examine", "--json"] + paths
    process.standardOutput = FileHandle.nullDevice
    process.standardError = end
    try process.run()
    process.waitUntilExit()
    // The few lines wait in the terminal's buffer.
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(terminal, &bytes, bytes.count)
    let text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    let lines = text.split(separator: "\r").map { $0.replacing("\u{1b}[K", with: "") }
    #expect(lines.contains { $0.contains("3/3") }, "\(text)")
    #expect(lines.allSatisfy { $0.count < 40 }, "\(text)")
  }

  @Test("queue and show: one long name leaves the columns together, a failure has its mend")
  func longName() throws {
    let service = try RunningService()
    try service.start()
    let name = String(repeating: "n", count: 200) + ".jpg"
    try service.drop(Array("not a picture".utf8), as: name)
    #expect(try service.wait { try service.status()["quarantined"] as? Int == 1 })
    let queue = try Programs.control([
      "queue", "--state", "quarantined", "--socket", service.socket,
    ])
    #expect(queue.text.contains("nnn…nnnnnn.jpg  quarantine/"), "\(queue.text)")
    #expect(!queue.text.contains(name))
    let id = try #require(queue.text.split(separator: "\n").last?.split(separator: " ").first)
    let exhibit = try Programs.control(["show", String(id), "--socket", service.socket])
    #expect(exhibit.text.contains(name))
    #expect(exhibit.text.contains("\nmend "), "\(exhibit.text)")
    let failed = try Programs.control(["queue", "--state", "failed", "--socket", service.socket])
    #expect(failed.text == "No exhibit is failed.\n")
    _ = service.stop()
  }

  @Test("family add: a known generator is told where it is, a map that may not be changed is 77")
  func familyAdd() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ctl-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let map = folder.appending(path: "families.toml")
    let text = try Data(contentsOf: Programs.root.appending(path: "etc/families.toml"))
    try text.write(to: map)
    func add(_ generator: String) throws -> (status: Int32, error: String) {
      let run = try Programs.control([
        "family", "add", generator, "--to", "flux", "--families", map.path,
      ])
      return (run.status, run.error)
    }
    let known = try add("flux.1-kontext")
    #expect(known.status == 1 && known.error.contains("belongs to flux already"), "\(known.error)")
    #expect(try Data(contentsOf: map) == text)
    guard geteuid() != 0 else { return }
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
    #expect(try add("my-flux-tune").status == 77)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
  }

  @Test("help names every command and the exit statuses")
  func help() throws {
    let text = try Programs.control(["--help"]).text
    for word in [
      "status", "queue", "show", "retry", "examine", "drop", "config", "bundle", "train",
      "experiment",
      "dataset", "family", "69", "74",
    ] {
      #expect(text.contains(word))
    }
  }
}
