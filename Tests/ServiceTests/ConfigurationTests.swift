import CaseQueue
import Foundation
import Service
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private static let minimal = """
    outbox = "out"
    state = "state"
    socket = "control.sock"
    [[inbox]]
    path = "in"
    """

  private static func problem(_ text: String) -> String {
    do {
      _ = try Configuration.parse(text, file: "/srv/f.toml")
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test("defaults, and paths from the file's own folder")
  func defaults() throws {
    let configuration = try Configuration.parse(Self.minimal, file: "/srv/desk/f.toml")
    #expect(configuration.outbox == "/srv/desk/out")
    #expect(configuration.inbox.map(\.path) == ["/srv/desk/in"])
    #expect(configuration.inbox[0].name == "in")
    #expect(configuration.inbox[0].recursive)
    #expect(configuration.inbox[0].disposition == .keep)
    #expect(configuration.inbox[0].settle == 2)
    #expect(configuration.bundle == "baseline")
    #expect(configuration.queue.retryDelays == [1, 10])
    #expect(configuration.queue.rescan == 300)
    #expect(configuration.examiner.memoryLimit == 512)
  }

  @Test("a log has a mistake and its mend on one line")
  func line() {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.parse("outbx = 1", file: "f.toml")
    }
    #expect(error?.line == "f.toml: line 1: unknown key \"outbx\". Did you mean \"outbox\"?")
  }

  @Test("methods are left out by inbox, and have budgets")
  func methods() throws {
    let text =
      Self.minimal + "\nwithout = [\"content-credentials\", \"stability\"]\n"
      + "[examiner.budget]\ncontent-credentials = 2\nstability = 0.5\n"
    let configuration = try Configuration.parse(text, file: "/srv/f.toml")
    #expect(configuration.inbox[0].without == [.contentCredentials, .stability])
    #expect(configuration.examiner.budgets == [.contentCredentials: 2, .stability: 0.5])
    let slow = try Configuration.parse(
      Self.minimal + "\n[examiner]\ntime_limit = 90\n[examiner.budget]\nocclusion = 60\n",
      file: "/srv/f.toml")
    #expect(slow.examiner.budgets == [.occlusion: 60])
  }

  @Test("what a reload leaves for a restart is named, and nothing else")
  func restartKeys() throws {
    let running = try Configuration.parse(Self.minimal, file: "/srv/f.toml")
    let same = try Configuration.parse(
      Self.minimal + "\nsettle = 1\n[queue]\nrescan = 10\n", file: "/srv/f.toml")
    #expect(same.restartKeys(since: running) == [])
    let other = try Configuration.parse(
      "bundle = \"b\"\n" + Self.minimal
        + "\n[examiner]\ncount = 3\n[signing]\nkey = \"k\"\n[metrics]\nsocket = \"m\"\n"
        + "[control]\ngroup = \"g\"\n", file: "/srv/f.toml")
    #expect(
      other.restartKeys(since: running)
        == ["bundle", "[examiner]", "[signing]", "[metrics]", "[control]"])
  }

  @Test("a reload keeps what is read at the start only")
  func inForce() throws {
    func queue(_ text: String) throws -> Configuration {
      try Configuration.parse(Self.minimal + text, file: "/srv/f.toml")
    }
    let running = try queue("\n[queue]\nmaximum_file_size = 2\n[examiner]\ntime_limit = 50\n")
    let read = try queue(
      "\n[queue]\nmaximum_file_size = 9\nrescan = 7\n[examiner]\ntime_limit = 60\n")
    let queued = QueueConfiguration(read.inForce(since: running), workers: 1)
    #expect(queued.maximumFileSize == 2 << 20)
    #expect(queued.longestAttempt == .seconds(650))
    #expect(queued.rescanInterval == .seconds(7))
    #expect(read.restartKeys(since: running) == ["[examiner]", "queue.maximum_file_size"])
  }

  @Test("an attempt may take as long as an examination, and what is around it")
  func longestAttempt() throws {
    let slow = try Configuration.parse(
      Self.minimal + "\n[examiner]\ntime_limit = 3600\n", file: "/srv/f.toml")
    #expect(QueueConfiguration(slow, workers: 1).longestAttempt > .seconds(3600))
  }

  @Test("numbers may be written with or without a point")
  func numbers() throws {
    let text = Self.minimal + "\nsettle = 1\n[queue]\nretry_delays = [1, 2.5]\nrescan = 10\n"
    let configuration = try Configuration.parse(text, file: "/srv/f.toml")
    #expect(configuration.inbox[0].settle == 1)
    #expect(configuration.queue.retryDelays == [1, 2.5])
  }

  @Test(
    "a mistake is named, with file and mend",
    arguments: [
      (
        minimal.replacing("\"out\"", with: "3"),
        ["/srv/f.toml: line 1: outbox should be a text in quotes"]
      ),
      (minimal.replacing("outbox = \"out\"", with: ""), ["outbox is missing", "outbox = …"]),
      ("outbox = \"o\"\nstate = \"s\"\nsocket = \"k\"", ["no [[inbox]]"]),
      (minimal.replacing("[[inbox]]", with: "[inbox]"), ["line 4", "under [[inbox]]"]),
      (minimal + "\n[[inbox]]\nname = \"b\"", ["line 6: inbox[1].path is missing"]),
      (minimal.replacing("path", with: "pth"), ["line 5: unknown key \"pth\"", "mean \"path\"?"]),
      (minimal.replacing("outbox", with: "outbx"), ["line 1: unknown key", "mean \"outbox\"?"]),
      (minimal.replacing("[[inbox]]", with: "[[inbx]]"), ["line 4: unknown key", "\"inbox\"?"]),
      (minimal + "\n[inbox.case]\nnumber = 5", ["line 7: inbox[0].case.number", "a text"]),
      (minimal + "\nrecursive = \"yes\"", ["line 6: inbox[0].recursive should be true or false"]),
      (minimal + "\nsettle = \"2\"", ["line 6: inbox[0].settle", "a number of seconds"]),
      (minimal + "\nwithout = \"noise\"", ["line 6: inbox[0].without", "array of texts"]),
      (minimal + "\nwithout = [\n  1,\n]", ["line 6: inbox[0].without[0]", "a text in quotes"]),
      (minimal + "\r\n[examiner] # \r\nconfinement = 1", ["line 7: examiner.confinement"]),
      (minimal + "\nexaminer = 1", ["line 6", "belongs above all tables"]),
      (minimal + "\n[queue]\nretry_delays = 5", ["line 7", "array of numbers"]),
      (minimal + "\n[queue]\ncount = 5", ["line 7", "\"count\" belongs in [examiner]"]),
      (minimal + "\n[examiner.budget]\nghosts = 3", ["line 7", "only content-credentials"]),
      (minimal + "\n[inbox . \"case\"]\n\"nummer\" = \"1\"", ["line 7", "mean \"number\"?"]),
      ("= nonsense", ["line 1"]),
      ("outbox = \"o\"\nstate = \"s\"\nsocket = \"k\"\ninbox = []", ["no [[inbox]]"]),
      (minimal + "\n[examiner]\ncuont = 2", ["line 7", "cuont", "Did you mean \"count\"?"]),
      (minimal + "\ndisposition = \"burn\"", ["burn", "keep, archive, copy"]),
      (minimal + "\nwithout = [\"noize\"]", ["noize", "double-jpeg", "noise"]),
      (minimal + "\nsettle = 9000", ["line 6", "0…3600"]),
      (minimal + "\n[examiner]\nmemory_limit = 8", ["line 7", "256…65536"]),
      (minimal + "\n[examiner]\ntime_limit = 0", ["1…3600"]),
      (minimal + "\n[queue]\nrescan = 0", ["line 7", "queue.rescan"]),
      (minimal + "\nwithout = [\"pixels\"]", ["pixels", "content-credentials"]),
      (minimal + "\n[examiner.budget]\ncontent-credentials = 0", ["0.1…3600"]),
      (minimal + "\n[examiner.budget]\nocclusion = 30", ["occlusion", "time_limit"]),
      (minimal + "\n[examiner]\ntrust_list = \"nowhere.pem\"", ["/srv/nowhere.pem", "PEM"]),
      (minimal + "\n[queue]\nmaximum_file_size = 0", ["maximum_file_size"]),
      (minimal.replacing("\"control.sock\"", with: "\"\""), ["socket is empty"]),
      (minimal.replacing("\"out\"", with: "\"\""), ["outbox is empty"]),
      (minimal.replacing("\"in\"", with: "\"\""), ["line 5: inbox[0].path is empty"]),
      (minimal + "\nname = \"\"", ["line 6: inbox[0].name is empty"]),
      (minimal.replacing("\"in\"", with: "\"i\\u0000n\""), ["line 5", "NUL"]),
      (minimal + "\u{0}", ["line 5", "NUL"]),
      (minimal + "\n[signing]\nkey = \"\"", ["line 7: signing.key is empty"]),
      (minimal + "\n[[inbox]]\npath = \"in/deeper\"", ["line 7", "within one another"]),
      (minimal + "\n[[inbox]]\npath = \"other/in\"", ["line 6", "named \"in\""]),
      (minimal.replacing("\"out\"", with: "\"in/out\""), ["outbox", "within one another"]),
      (minimal.replacing("\"state\"", with: "\"in\""), ["state"]),
      (minimal.replacing("\"out\"", with: "\"in/../in\""), ["outbox", "within one another"]),
      (minimal.replacing("\"in\"", with: "\"./out/\""), ["outbox", "within one another"]),
      (minimal.replacing("\"in\"", with: "\"other/../out\""), ["outbox", "within one another"]),
      (minimal.replacing("\"out\"", with: "\"state\""), ["outbox", "within one another"]),
      (minimal.replacing("\"out\"", with: "\"state/out\""), ["outbox", "within one another"]),
      (minimal.replacing("\"state\"", with: "\"out/state\""), ["outbox", "within one another"]),
      (
        minimal.replacing("control.sock", with: String(repeating: "x", count: 120)),
        ["107 at most"]
      ),
    ])
  func mistakes(text: String, words: [String]) {
    let problem = Self.problem(text)
    for word in words { #expect(problem.contains(word), "\(problem)") }
  }

  @Test(
    "what the machine lacks is named before the service starts",
    arguments: [
      ("", nil), ("[control]\ngroup = \"no-such-group\"", "no group \"no-such-group\""),
      ("[signing]\nkey = \"no.key\"", "forensicctl key generate"),
      ("[examiner]\nexecutable = \"no-program\"", "no-program"),
      ("[examiner]\nexecutable = \"f.toml\"", "there is no program"),
      ("[[inbox]]\npath = \"f.toml\"", "f.toml is no folder"),
      ("[metrics]\nsocket = \".\"", "is a folder"),
    ])
  func surroundings(extra: String, words: String?) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "machine-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.path + "/f.toml"
    try Data((Self.minimal + "\n" + extra).utf8).write(to: URL(filePath: file))
    let configuration = try Configuration.load(path: file)
    var problem: String?
    do throws(ConfigurationError) {
      try configuration.checkSurroundings(file: file)
    } catch {
      problem = error.description
    }
    if let words {
      #expect(problem?.contains(words) == true, "\(problem ?? "accepted")")
    } else {
      #expect(problem == nil)
    }
  }

  @Test("an inbox that is a link to the outbox is refused, whether the outbox is there or not")
  func links() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "links-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/in", withDestinationPath: "out")
    for _ in 0..<2 {
      let error = #expect(throws: ConfigurationError.self) {
        try Configuration.parse(Self.minimal, file: folder.path + "/f.toml")
      }
      #expect(error?.problem.contains("within one another") == true)
      try FileManager.default.createDirectory(
        atPath: folder.path + "/out", withIntermediateDirectories: true)
    }
  }

  @Test(
    "what a file says cannot command the terminal that shows its mistakes",
    arguments: [
      minimal + "\nname = \"a\\u001b[31m\\nb\"\nsettle = 9000",
      minimal + "\n\"\\u001b[2Jx\" = 1", minimal + "\ndisposition = \"\\u001b[2J\"",
    ])
  func escapes(text: String) {
    let problem = Self.problem(text)
    #expect(problem.contains("\\u{1b}[") && !problem.contains("\u{1b}"), "\(problem)")
    #expect(!problem.hasPrefix("accepted"))
  }

  @Test("no line is named where long strings may look like keys")
  func longStrings() {
    let text = Self.minimal + "\nname = \"\"\"a\nsettle = 1\"\"\"\nsettle = 9000"
    #expect(!Self.problem(text).contains("line"))
  }

  @Test("a folder whose name only begins alike is no overlap")
  func siblings() {
    #expect(Self.problem(Self.minimal.replacing("\"out\"", with: "\"inside\"")) == "accepted")
  }

  @Test("no character in a table's header ends the process", arguments: 1...0x17F)
  func headers(code: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(code))
    for header in [
      "[\(scalar)", "[ \(scalar)]", "[[\(scalar)]]", "[a.\(scalar)]", "a.\(scalar) = 1",
    ] {
      for before in ["outbox = \"o\"\n", "\u{FEFF}"] {
        #expect(throws: ConfigurationError.self) {
          try Configuration.parse(before + header + "\n", file: "/tmp/x.toml")
        }
      }
    }
  }

  @Test(
    "no closing brace in place of a value ends the process",
    arguments: [
      "a = [}", "a = [1,}", "a = [1,\n  # ,\n }", "a = [[1],\u{A0}}", "a = [\"\"\"\n\"\"\"\", }",
      "a = ['[', }", "a = [{ b = 1 }, }", "a = { b = 1, }",
    ])
  func braces(line: String) {
    #expect(throws: ConfigurationError.self) {
      try Configuration.parse("outbox = \"o\"\n" + line + "\n", file: "/tmp/x.toml")
    }
  }

  @Test("a brace in a string or a comment is none")
  func bracesInStrings() throws {
    let text = #"""
      outbox = "a,}" # [,}
      state = '[}'
      socket = "\"[}"
      [[inbox]]
      path = '''
      x [}'''
      name = """""x\""""""
      """#
    #expect(Self.problem(text) == "accepted")
  }
}
